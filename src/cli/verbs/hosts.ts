import type { HostsEvent, HostView } from '../../shared/contract/hosts.ts';
import { exitCodes } from '../../shared/exitCodes.ts';
import { answersAlsoAt } from '../../shared/model/lookup.ts';
import type { Api, Context } from '../context.ts';
import { hostLines } from '../render/hosts.ts';
import { oneLine } from '../render/text.ts';
import { counted } from '../render/units.ts';
import { openScreen } from '../screen.ts';
import { lasting } from '../stream.ts';
import { noHostYet, sayStale } from './saying.ts';

export interface HostsInput {
  /** Go on with what changes. */
  readonly watch: boolean;
}

/** `berth hosts` */
export async function hosts({ watch }: HostsInput, context: Context): Promise<number> {
  const { client, output, signal } = context;
  const api = await client();
  await sayStale(api, output);
  if (watch) return await watchHosts(api, context);
  const found = await api.hosts.list(undefined, { signal });
  if (output.json) {
    output.document({ hosts: found });
    return exitCodes.ok;
  }
  if (found.length === 0) output.say(noHostYet);
  else output.lines(hostLines(found, output));
  await sayShared(api, found, output);
  const wrong = found.filter(({ findings }) => findings.length > 0).length;
  if (wrong > 0) output.say(`\n${counted(wrong, 'host')} with something to look at: berth lint`);
  return exitCodes.ok;
}

/** Says that hosts have further names, where they do. */
async function sayShared(
  api: Api,
  hosts: readonly HostView[],
  output: Context['output'],
): Promise<void> {
  const { sharedSuffixes } = await api.instance.status();
  const names = new Set(hosts.map(({ name }) => name));
  const has = (name: string): boolean => names.has(name);
  if (!hosts.some(({ name }) => answersAlsoAt(name, sharedSuffixes, has).length > 0)) return;
  const last = sharedSuffixes.at(-1) ?? '';
  const others = sharedSuffixes.slice(0, -1).join(', ');
  output.say(`\n${output.style.quiet(`A host under ${others} or ${last} answers under each.`)}`);
}

/** The table anew with each change on a terminal; elsewhere what changed, a line or a document each. */
async function watchHosts(api: Api, { output, signal, world }: Context): Promise<number> {
  const events = lasting(() => api.hosts.watch(undefined, { signal }), signal);
  const screen = output.isScreen && !output.json ? openScreen(output, world.signals) : null;
  let known = new Map<string, HostView>();
  try {
    for await (const event of events) {
      if (event.kind === 'all') known = new Map(event.hosts.map((host) => [host.name, host]));
      else if (event.kind === 'changed') known.set(event.host.name, event.host);
      else known.delete(event.name);
      if (screen !== null) {
        const all = [...known.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
        screen.show([...hostLines(all, output), '', output.style.quiet('Ctrl-C ends')]);
      } else if (output.json) output.record({ ...event });
      else output.lines(eventLines(event));
      await output.drained();
    }
  } finally {
    screen?.close();
  }
  return exitCodes.ok;
}

function eventLines(event: HostsEvent): readonly string[] {
  const line = ({ name, backends }: HostView): string =>
    oneLine(`${name} → ${backends.join(', ') || 'no backend'}`);
  if (event.kind === 'removed') return [oneLine(`${event.name} is removed`)];
  return event.kind === 'all' ? event.hosts.map(line) : [line(event.host)];
}
