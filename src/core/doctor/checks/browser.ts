import { limits } from '../../../shared/limits.ts';
import { isUnder } from '../../names/hostsFile/index.ts';
import { askBrowser, findBrowser } from '../browser.ts';
import { advise, type Check, offer, ok, problem, skipped } from '../check.ts';
import { counted, named } from '../words.ts';
import { hostNames } from './names.ts';

/** Hosts that a browser is asked for. */
const maxHosts = 30;

export const browserChecks: readonly Check[] = [
  {
    id: 'names.browser',
    group: 'names',
    title: 'Every host is found by a browser',
    needs: ['instance'],
    timeLimitMs: limits.doctorBrowserMs,
    run: async (context) => {
      const program = await findBrowser(context.machine);
      if (program === null)
        return skipped('not tried: no Chromium, Chrome, Edge or Brave was found');
      const { names } = await hostNames(context);
      const hosts = names.slice(0, maxHosts);
      if (hosts.length === 0) return skipped('not tried: there is no host with a name of its own');
      const look = await askBrowser(context.machine, program, hosts);
      if (!look.ok) return skipped(`could not be checked: ${look.reason}`);
      const lost = hosts.filter((host) => !look.found.has(host));
      const beyond = names.length > hosts.length ? ` of ${names.length}` : '';
      if (lost.length === 0) {
        return ok(`${counted(hosts.length, 'host')}${beyond} led ${program} to this machine`);
      }
      const isPreloaded = lost.every((host) => isUnder(host, 'dev') || isUnder(host, 'app'));
      return problem(`${program} did not find ${named(lost)} on this machine`, {
        details: lost,
        fix: isPreloaded
          ? advise('Browsers open .dev and .app by HTTPS alone: use another suffix.')
          : offer(
              'Put them into the hosts file; a browser with DNS of its own goes by that too.',
              { id: 'install-hosts-file', label: 'Install…' },
              'berth names install',
            ),
      });
    },
  },
];
