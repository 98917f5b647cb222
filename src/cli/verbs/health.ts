import type { HostHealth } from '../../shared/contract/health.ts';
import { BerthError } from '../../shared/errors.ts';
import { exitCodes } from '../../shared/exitCodes.ts';
import type { Api, Context } from '../context.ts';
import { healthLines } from '../render/health.ts';
import { openScreen } from '../screen.ts';
import { lasting } from '../stream.ts';

export interface HealthInput {
  /** All of them when left out. */
  readonly name: string | undefined;
  readonly watch: boolean;
}

/** `berth health [HOST]` */
export async function health(input: HealthInput, context: Context): Promise<number> {
  const { client, output, now } = context;
  const api = await client();
  if (input.watch) return await watchHealth(input.name, api, context);
  const hosts = (await api.health.list()).filter(({ name }) => isMeant(name, input.name));
  if (input.name !== undefined && hosts.length === 0) {
    throw new BerthError('BERTH_HOST_NOT_FOUND', input.name);
  }
  if (output.json) output.document({ hosts });
  else if (hosts.length === 0)
    output.say('There is no host yet. Add one: berth add app.localhost 3000');
  else output.lines(healthLines(hosts, now(), output));
  return isAnyDown(hosts) ? exitCodes.unhealthy : exitCodes.ok;
}

async function watchHealth(
  name: string | undefined,
  api: Api,
  { output, signal, now, world }: Context,
): Promise<number> {
  const updates = lasting(() => api.health.watch(undefined, { signal }), signal);
  const screen = output.isScreen && !output.json ? openScreen(output, world.signals) : null;
  const known = new Map<string, HostHealth>();
  try {
    for await (const update of updates) {
      const changed = update.filter((host) => isMeant(host.name, name));
      for (const host of changed) {
        // So a frontend that is gone is told.
        if (host.backends.length === 0) known.delete(host.name);
        else known.set(host.name, host);
      }
      if (screen !== null) {
        const hosts = [...known.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
        const lines = healthLines(hosts, now(), output);
        screen.show([...lines, '', output.style.quiet('Ctrl-C ends')]);
      } else if (output.json) {
        for (const host of changed) output.record({ ...host });
      } else output.lines(healthLines(changed, now(), output));
      await output.drained();
    }
  } finally {
    screen?.close();
  }
  return exitCodes.ok;
}

const isMeant = (name: string, asked: string | undefined): boolean =>
  asked === undefined || name === asked;

const isAnyDown = (hosts: readonly HostHealth[]): boolean =>
  hosts.some(({ backends }) => backends.some(({ state }) => state === 'down'));

export interface HealthTarget {
  readonly name: string;
  readonly backend: string | undefined;
}

/** `berth health check HOST [URL]` */
export async function check(target: HealthTarget, context: Context): Promise<number> {
  const host = await (await context.client()).health.check(given(target));
  show(host, target.backend, context);
  return isAnyDown([onlyAsked(host, target.backend)]) ? exitCodes.unhealthy : exitCodes.ok;
}

/** `berth health drain HOST URL` */
export async function drain(
  target: HealthTarget & { readonly backend: string },
  context: Context,
): Promise<number> {
  show(await (await context.client()).health.drain(target), target.backend, context);
  context.output.say(
    'It finishes what it has, and gets nothing new; berth health revive ends that.',
  );
  return exitCodes.ok;
}

/** `berth health revive HOST [URL]` */
export async function revive(target: HealthTarget, context: Context): Promise<number> {
  show(await (await context.client()).health.revive(given(target)), target.backend, context);
  return exitCodes.ok;
}

const given = ({ name, backend }: HealthTarget) =>
  backend === undefined ? { name } : { name, backend };

function onlyAsked(host: HostHealth, backend: string | undefined): HostHealth {
  if (backend === undefined) return host;
  return { ...host, backends: host.backends.filter(({ url }) => url === backend) };
}

function show(found: HostHealth, backend: string | undefined, { output, now }: Context): void {
  const host = onlyAsked(found, backend);
  if (output.json) output.document({ host });
  else output.lines(healthLines([host], now(), output));
}
