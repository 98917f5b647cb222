import { errorCatalogue } from '../../../../shared/errors.ts';
import { limits } from '../../../../shared/limits.ts';
import type { RequestRecord } from '../../../../shared/model/record.ts';
import { askedNames, outcomeWord, routeSourceWords } from '../../../../shared/model/trace.ts';

/** A part of a sentence; names are set apart from words. */
export type Words = readonly (string | { readonly name: string })[];

/**
 * Why a request went where it went, in one sentence: matched `*.dev.local` (no frontend app.dev.local), 2 backends, #1
 * dead (refused), picked #0 by random, tried again once: reset.
 *
 * @param shared suffixes under each of which one frontend answers
 */
export function whyOf(record: RequestRecord, shared: readonly string[]): Words {
  if (record.method === 'CONNECT' && record.error === null) {
    return ['A tunnel to Berth itself, for the requests that follow'];
  }
  return joined([
    ...lookup(record, shared),
    ...choice(record),
    ...tries(record),
    ...(record.error === null ? [] : [[`answered by Berth: ${lowerFirst(errorTitle(record))}`]]),
    ...(record.hint === null ? [] : [[`and ${record.hint.replace(/\.$/, '')}`]]),
  ]);
}

/** The same as plain text. */
export const textOf = (words: Words): string =>
  words.map((part) => (typeof part === 'string' ? part : part.name)).join('');

function lookup(record: RequestRecord, shared: readonly string[]): Words[] {
  const { host, frontend } = record;
  if (host === '') return [['named no host that could be used']];
  if (frontend === null) {
    if (record.error !== 'BERTH_HOST_UNKNOWN') return [];
    const asked = askedNames(record, shared).flatMap((name, at) => [
      at === 0 ? '' : ', ',
      { name },
    ]);
    return [['no frontend matches (looked for ', ...asked, ')', ...stale(record)]];
  }
  const missing = askedNames(record, shared).slice(0, -1);
  const [first] = missing;
  const absent =
    first === undefined
      ? []
      : missing.length === 1
        ? [' (no frontend ', { name: first }, ')']
        : [' (no frontend ', { name: first }, ` nor ${missing.length - 1} between)`];
  return [['matched ', { name: frontend }, ...absent, ...stale(record)]];
}

const stale = ({ lookup: source }: RequestRecord): Words =>
  source === 'stale' ? [` ${routeSourceWords.stale}`] : [];

function choice({ considered, drained, dead, policy, attempts }: RequestRecord): Words[] {
  if (considered === 0) return [];
  const [first] = attempts;
  const live = considered - drained - dead.length;
  // Beyond what is traced, more of them may be dead.
  const among = dead.length < limits.maxTracedDead ? ` of ${live}` : '';
  const picked =
    first === undefined || considered === 1
      ? []
      : policy === 'only' || live <= 1
        ? [[`picked #${first.index}, the only one left`]]
        : [[`picked #${first.index}${among} by ${policy ?? ''}`]];
  return [
    [considered === 1 ? 'its only backend' : `${considered} backends`],
    ...(drained === 0 ? [] : [[`${drained} drained`]]),
    ...dead.map(({ index, reason }) => [`#${index} dead${reason === '' ? '' : ` (${reason})`}`]),
    ...picked,
  ];
}

function tries({ attempts }: RequestRecord): Words[] {
  const last = attempts.at(-1);
  if (last === undefined || attempts.length < 2) return [];
  const times = ['', 'once', 'twice'][attempts.length - 1] ?? `${attempts.length - 1} times`;
  const failed = attempts
    .slice(0, -1)
    .map(({ index, outcome }) => `#${index} ${outcomeWord(outcome)}`);
  const end = last.outcome === 'answered' ? `#${last.index} answered` : '';
  return [[`tried again ${times}: ${[...failed, end].filter((part) => part !== '').join(', ')}`]];
}

function errorTitle({ error }: RequestRecord): string {
  return error === null ? '' : errorCatalogue[error].title;
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

function joined(clauses: readonly Words[]): Words {
  const parts = clauses.flatMap((words, at) => [at === 0 ? '' : ', ', ...words]);
  const words = parts.filter((part) => part !== '');
  const [first, ...rest] = words;
  if (typeof first !== 'string') return words;
  return [first.charAt(0).toUpperCase() + first.slice(1), ...rest];
}
