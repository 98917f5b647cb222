import type { MappingPreview } from '../../shared/contract/containers.ts';
import { exitCodes } from '../../shared/exitCodes.ts';
import { type LabelSnippet, labelSnippets } from '../../shared/labelSnippets.ts';
import { describeTarget } from '../../shared/model/mapping.ts';
import { openUrl } from '../../shared/model/openUrl.ts';
import type { Context } from '../context.ts';
import { nameAdvice } from '../frontendOf.ts';
import { verdictLines } from '../render/containers.ts';
import { oneLine } from '../render/text.ts';
import { add } from './add.ts';

export interface MapInput {
  readonly name: string;
  /** A container, or a port of this machine. */
  readonly what:
    | { readonly kind: 'container'; readonly container: string; readonly port: number | null }
    | { readonly kind: 'port'; readonly port: number };
  readonly engine: string | undefined;
  readonly scheme: 'http' | 'https' | undefined;
  /** Tell what it would do, and do nothing. */
  readonly dry: boolean;
  /** Print the lines of a Compose file that ask for the same, and do nothing. */
  readonly labels: LabelSnippet['convention'] | undefined;
}

/** `berth map HOST CONTAINER[:PORT]` and `berth map HOST PORT` */
export async function map(input: MapInput, context: Context): Promise<number> {
  const { what, name } = input;
  if (what.kind === 'port') {
    const url = `${input.scheme ?? 'http'}://localhost:${what.port}`;
    const urls = [{ url, word: String(what.port), isShort: true }];
    return await add({ name, urls, identifier: undefined, check: undefined }, context);
  }
  const { client, output, signal, world } = context;
  const api = await client();
  const isDry = input.dry || input.labels !== undefined;
  const made = await api.containers.map(
    {
      name,
      container: what.container,
      ...(what.port === null ? {} : { port: what.port }),
      ...(input.engine === undefined ? {} : { engine: input.engine }),
      ...(input.scheme === undefined ? {} : { scheme: input.scheme }),
      ...(isDry ? { dry: true } : {}),
    },
    { signal },
  );
  const { listeners, suffixes } = await api.instance.status();
  const url = openUrl(name, listeners, false);
  if (input.labels !== undefined) return labels(made, input.labels, context);
  if (output.json) {
    output.document({ ...made, url });
    return exitCodes.ok;
  }
  const { mapping, commands, verdict } = made;
  const target = `${describeTarget(mapping.target)}:${mapping.port}`;
  if (isDry) {
    output.say(`Would map ${name} to ${oneLine(target)}:`);
    output.lines(commands);
  } else {
    const list = mapping.backends.join(', ');
    output.say(`Mapped ${name} to ${oneLine(target)}${list === '' ? '' : ` → ${list}`}`);
  }
  for (const line of verdictLines([verdict], output)) output.say(line);
  if (isDry || url === null) return exitCodes.ok;
  output.lines([url]);
  const advice = await nameAdvice(name, {
    ...{ suffixes, also: [], leadsHere: world.leadsHere },
  });
  if (advice !== null) output.say(advice);
  return exitCodes.ok;
}

function labels(
  { mapping: { name, port, scheme } }: MappingPreview,
  convention: LabelSnippet['convention'],
  { output }: Context,
): number {
  const snippet = labelSnippets({ name, port, scheme }).find(
    (one) => one.convention === convention,
  );
  if (snippet === undefined) {
    output.warn(`${convention} has no labels for ${name}`);
    return exitCodes.other;
  }
  if (output.json) output.document({ ...snippet });
  else output.lines(snippet.text.split('\n'));
  return exitCodes.ok;
}
