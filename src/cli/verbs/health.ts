import { nearest } from '../../shared/config/describe.ts';
import type { HostHealth } from '../../shared/contract/health.ts';
import { BerthError } from '../../shared/errors.ts';
import { exitCodes } from '../../shared/exitCodes.ts';
import type { Api, Context } from '../context.ts';
import { healthLines } from '../render/health.ts';
import { openScreen } from '../screen.ts';
import { lasting } from '../stream.ts';
import { noHostYet, sayStale } from './saying.ts';

export interface HealthInput {
  /** None: all of them. */
  readonly names: readonly string[];
  readonly watch: boolean;
}

/** `berth health [HOST...]` */
export async function health({ names, watch }: HealthInput, context: Context): Promise<number> {
  const { client, output, now } = context;
  const api = await client();
  await sayStale(api, output);
  if (watch) return await watchHealth(names, api, context);
  const known = await api.health.list();
  requireKnown(names, known);
  const hosts = known.filter(({ name }) => isMeant(name, names));
  if (output.json) output.document({ hosts });
  else if (hosts.length === 0) output.say(noHostYet);
  else output.lines(healthLines(hosts, now(), output));
  return isAnyDown(hosts) ? exitCodes.unhealthy : exitCodes.ok;
}

/** @throws BerthError that names the verb which was meant, where it looks like one */
function requireKnown(names: readonly string[], known: readonly HostHealth[]): void {
  const missing = names.find((name) => !known.some((host) => host.name === name));
  if (missing === undefined) return;
  const verb = missing === names[0] ? nearest(missing, ['check', 'drain', 'revive']) : null;
  if (verb === null || missing.includes('.')) {
    throw new BerthError('BERTH_HOST_NOT_FOUND', missing);
  }
  throw new BerthError(
    'BERTH_INPUT_INVALID',
    `no host and no verb is called ${missing}; did you mean berth ${['health', verb, ...names.slice(1)].join(' ')}?`,
  );
}

async function watchHealth(
  names: readonly string[],
  api: Api,
  { output, signal, now, world }: Context,
): Promise<number> {
  const updates = lasting(() => api.health.watch(undefined, { signal }), signal);
  const screen = output.isScreen && !output.json ? openScreen(output, world.signals) : null;
  const known = new Map<string, HostHealth>();
  try {
    for await (const update of updates) {
      const changed = update.filter((host) => isMeant(host.name, names));
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

const isMeant = (name: string, asked: readonly string[]): boolean =>
  asked.length === 0 || asked.includes(name);

const isAnyDown = (hosts: readonly HostHealth[]): boolean =>
  hosts.some(({ backends }) => backends.some(({ state }) => state === 'down'));

export interface HealthTarget {
  readonly name: string;
  /** None: all of them, where that can be. */
  readonly backends: readonly string[];
}

/** `berth health check HOST [URL...]` */
export async function check(target: HealthTarget, context: Context): Promise<number> {
  const { health } = await context.client();
  const host = await forEach(target, (one) => health.check(one));
  show(host, target, context);
  return isAnyDown([onlyAsked(host, target)]) ? exitCodes.unhealthy : exitCodes.ok;
}

/** `berth health drain HOST URL...` */
export async function drain(target: HealthTarget, context: Context): Promise<number> {
  const { output, client } = context;
  const { health } = await client();
  const { name, backends } = target;
  const host = await inTurn(backends, (backend) => health.drain({ name, backend }));
  show(host, target, context);
  output.say(
    'What is drained finishes what it has, and gets nothing new; berth health revive ends that.',
  );
  if (host.backends.every(({ state }) => state === 'drained' || state === 'down')) {
    output.warn(`${name} has no live backend left: its requests fail until one is up or revived`);
  }
  return exitCodes.ok;
}

/** `berth health revive HOST [URL...]` */
export async function revive(target: HealthTarget, context: Context): Promise<number> {
  const { health } = await context.client();
  show(await forEach(target, (one) => health.revive(one)), target, context);
  return exitCodes.ok;
}

/** One call for all backends, or one for each that is named. Resolves to what the last one found. */
async function forEach(
  { name, backends }: HealthTarget,
  call: (one: { readonly name: string; readonly backend?: string }) => Promise<HostHealth>,
): Promise<HostHealth> {
  if (backends.length === 0) return await call({ name });
  return await inTurn(backends, (backend) => call({ name, backend }));
}

async function inTurn(
  backends: readonly string[],
  call: (backend: string) => Promise<HostHealth>,
): Promise<HostHealth> {
  let last: HostHealth | null = null;
  for (const backend of backends) last = await call(backend);
  if (last === null) throw new Error('no backend is named');
  return last;
}

function onlyAsked(host: HostHealth, { backends }: HealthTarget): HostHealth {
  if (backends.length === 0) return host;
  return { ...host, backends: host.backends.filter(({ url }) => backends.includes(url)) };
}

function show(found: HostHealth, target: HealthTarget, { output, now }: Context): void {
  const host = onlyAsked(found, target);
  if (output.json) output.document({ host });
  else output.lines(healthLines([host], now(), output));
}
