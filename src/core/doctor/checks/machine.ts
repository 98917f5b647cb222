import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { limits } from '../../../shared/limits.ts';
import { authorityPlace } from '../../certificates/place.ts';
import { isUnder } from '../../names/hostsFile/index.ts';
import { advise, type Check, type Finding, ok, problem, skipped, warning } from '../check.ts';
import type { DoctorContext } from '../context.ts';
import { named, span } from '../words.ts';

export const machineChecks: readonly Check[] = [
  {
    id: 'machine.clock',
    group: 'machine',
    title: 'The clock of this machine is right',
    needs: [],
    run: checkClock,
  },
  {
    id: 'machine.proxy',
    group: 'machine',
    title: 'No proxy setting keeps clients away',
    needs: [],
    run: checkProxy,
  },
  {
    id: 'machine.open-files',
    group: 'machine',
    title: 'Enough files may be open',
    needs: [],
    run: async ({ machine }) => {
      if (machine.platform !== 'linux') return skipped('not tried: this is a matter of Linux');
      const text = await machine.readText('/proc/self/limits');
      const found = /^Max open files\s+(\d+|unlimited)/m.exec(text)?.[1];
      if (found === undefined) return skipped('not tried: /proc/self/limits does not say');
      const open = found === 'unlimited' ? Number.POSITIVE_INFINITY : Number(found);
      if (open >= fewFiles) return ok(`${found} at the same time`);
      return warning(`only ${found} files may be open: each connection takes up to two`, {
        fix: advise(
          'Raise it in the shell or the service that starts Berth.',
          `ulimit -n ${fewFiles}`,
        ),
      });
    },
  },
];

/** Open files below which a busy browser is enough to meet the limit. */
const fewFiles = 1024;

/** Nothing is asked over the network: a clock that is wrong contradicts what was written before. */
async function checkClock(context: DoctorContext): Promise<Finding> {
  const { machine, directories } = context;
  const now = machine.wallClock();
  const place = authorityPlace(directories.data);
  const written = [
    ...(await times(directories.data)),
    ...(await times(directories.state)),
    ...(await times(place.directory)),
  ];
  const ahead = written.filter(({ at }) => at - now > limits.clockSkewMs);
  const latest = ahead.sort((a, b) => b.at - a.at)[0];
  const fix = advise(
    'Set the clock; certificates, dead marks and the log go by it.',
    machine.platform === 'linux' ? 'timedatectl set-ntp true' : null,
  );
  if (latest !== undefined) {
    return problem(
      `${latest.path} was written ${span(latest.at - now)} in the future, by this clock`,
      {
        fix,
      },
    );
  }
  if (now < programBuiltAt) {
    return problem(
      `the clock says ${new Date(now).toISOString().slice(0, 10)}, before this program was made`,
      {
        fix,
      },
    );
  }
  if (written.length === 0) return skipped('not tried: there is nothing yet to compare it with');
  return ok(
    `${new Date(now).toISOString().slice(0, 16).replace('T', ' ')} UTC, not before any of the ${written.length} files that Berth wrote`,
  );
}

/** No clock that is right says less: this was written in 2026. */
const programBuiltAt = Date.UTC(2026, 0, 1);

/** When the files of a directory were written. */
async function times(
  directory: string,
): Promise<readonly { readonly path: string; readonly at: number }[]> {
  const names = await readdir(directory).catch(() => []);
  const found = await Promise.all(
    names.slice(0, maxFiles).map(async (name) => {
      const path = join(directory, name);
      const facts = await stat(path).catch(() => null);
      return facts?.isFile() === true ? { path, at: facts.mtimeMs } : null;
    }),
  );
  return found.filter((one) => one !== null);
}

/** Files of a directory that are looked at. */
const maxFiles = 100;

async function checkProxy({ machine, suffixes }: DoctorContext): Promise<Finding> {
  const value = (name: string): string | undefined =>
    machine.env[name.toLowerCase()] ?? machine.env[name.toUpperCase()];
  const set = ['http_proxy', 'https_proxy', 'all_proxy'].filter(
    (name) => (value(name) ?? '') !== '',
  );
  if (set.length === 0) return ok('no HTTP_PROXY, HTTPS_PROXY or ALL_PROXY is set here');
  const spared = (value('no_proxy') ?? '')
    .split(/[\s,]+/)
    .map((entry) =>
      entry
        .toLowerCase()
        .replace(/^\*?\./, '')
        .replace(/:\d+$/, ''),
    )
    .filter((entry) => entry !== '');
  const ours = await suffixes().catch((): readonly string[] => ['localhost']);
  const wanted = [...new Set([...ours, 'localhost', '127.0.0.1'])];
  const missing = spared.includes('*')
    ? []
    : wanted.filter((name) => !spared.some((entry) => isUnder(name, entry)));
  const shown = named(set.map((name) => name.toUpperCase()));
  if (missing.length === 0) return ok(`${shown} is set, and NO_PROXY spares ${named(wanted)}`);
  const entries = [...spared, ...wanted.filter((name) => !spared.includes(name))];
  return warning(
    `${shown} sends requests for ${named(missing)} to ${redacted(value(set[0] ?? '') ?? '')}`,
    {
      fix: advise(
        'Spare the names of this machine in NO_PROXY, where the shell or the system sets these.',
        `export NO_PROXY=${entries.join(',')}`,
      ),
    },
  );
}

/** An address without user and password. */
const redacted = (url: string): string => url.replace(/\/\/[^@/]*@/, '//');
