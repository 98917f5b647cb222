import type { ContainersView } from '../../../shared/contract/containers.ts';
import { describeTarget } from '../../../shared/model/mapping.ts';
import { advise, type Check, ok, problem, skipped, warning } from '../check.ts';
import { counted, named } from '../words.ts';

export const containerChecks: readonly Check[] = [
  {
    id: 'containers.engine',
    group: 'containers',
    title: 'The container engine answers',
    needs: ['instance'],
    run: async (context) => {
      const view = await context.containers();
      const off = lack(view);
      if (off !== null) return skipped(off);
      const bad = view.engines.filter(({ state }) => state !== 'running');
      const running = view.engines.filter(({ state }) => state === 'running');
      const [first] = bad;
      const needed = view.mappings.length > 0;
      if (first === undefined) {
        return ok(named(running.map(({ name, version }) => `${name} ${version ?? ''}`.trim())));
      }
      const say = running.length === 0 && needed ? problem : warning;
      return say(`${first.name}: ${first.reason}`, {
        details: bad.slice(1).map(({ name, reason }) => `${name}: ${reason}`),
        fix: advise(
          first.advice,
          first.state === 'forbidden' && context.machine.platform === 'linux'
            ? 'sudo usermod -aG docker "$USER"'
            : null,
        ),
      });
    },
  },
  {
    id: 'containers.mappings',
    group: 'containers',
    title: 'Mapped containers run and can be reached',
    needs: ['instance'],
    run: async (context) => {
      const view = await context.containers();
      const off = lack(view);
      if (view.mappings.length === 0)
        return skipped(off ?? 'not tried: no host is mapped to a container');
      const own = view.mappings.filter(({ state }) => state !== 'elsewhere');
      const bad = own.filter(({ state }) => !['up', 'starting'].includes(state));
      const [first] = bad;
      if (first === undefined) {
        return ok(
          `${counted(own.length, 'mapping')} up${view.mappings.length > own.length ? '; others are kept by another machine' : ''}`,
        );
      }
      const say = bad.some(({ state }) => state === 'stopped' || state === 'unreachable')
        ? problem
        : warning;
      return say(
        `${first.name}: ${first.reason}${bad.length > 1 ? `, and ${bad.length - 1} more` : ''}`,
        {
          details: bad.map(
            ({ name, target, reason }) => `${name} → ${describeTarget(target)}: ${reason}`,
          ),
          fix: advise('See what would help.', 'berth containers'),
        },
      );
    },
  },
  {
    id: 'containers.labels',
    group: 'containers',
    title: 'Labels of containers can be followed',
    needs: ['instance'],
    run: async (context) => {
      const view = await context.containers();
      const off = lack(view);
      if (off !== null) return skipped(off);
      const bad = view.containers.filter(({ problems }) => problems.length > 0);
      const [first] = bad;
      const asking = view.containers.filter(({ wants }) => wants.length > 0).length;
      if (first === undefined) return ok(`${counted(asking, 'container')} ask for a host`);
      return warning(`${first.name}: ${first.problems[0]}`, {
        details: bad.flatMap(({ name, problems }) => problems.map((text) => `${name}: ${text}`)),
        fix: advise(
          'Correct the label, and start the container anew.',
          `berth containers ${first.name}`,
        ),
      });
    },
  },
];

/** Why containers are not looked at. */
function lack({ enabled, none }: ContainersView): string | null {
  if (!enabled) return 'not tried: containers are switched off (containers.enabled)';
  return none === null
    ? null
    : `not tried: ${none.reason.charAt(0).toLowerCase()}${none.reason.slice(1).replace(/\.$/, '')}`;
}
