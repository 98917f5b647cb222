import { limits } from '../limits.ts';
import { ownText, ownTextOrNull } from '../ownText.ts';
import type { RequestRecord } from './record.ts';

/** What one record has in common with most others of the same client and host. */
export type RecordCommon = Pick<
  RequestRecord,
  | 'client'
  | 'protocol'
  | 'method'
  | 'httpVersion'
  | 'referer'
  | 'userAgent'
  | 'host'
  | 'frontend'
  | 'identifier'
  | 'error'
  | 'lookup'
  | 'policy'
  | 'hint'
  | 'considered'
  | 'drained'
  | 'dead'
>;

/** Finds what a record has in common with one of those before it, so that this is carried and held once. */
export class RecordCommons {
  readonly #recent: RecordCommon[] = [];
  #last = 0;
  #replaced = 0;

  of(record: RequestRecord): RecordCommon {
    const recent = this.#recent;
    const last = recent[this.#last];
    if (last !== undefined && isSame(last, record)) return last;
    const place = recent.findIndex((known) => isSame(known, record));
    const found = recent[place];
    if (found !== undefined) {
      this.#last = place;
      return found;
    }
    const made = commonOf(record);
    this.#last = this.#replaced;
    recent[this.#replaced] = made;
    this.#replaced = (this.#replaced + 1) % limits.recentRecordCommons;
    return made;
  }
}

/** The longest and the most different first. */
const isSame = (known: RecordCommon, record: RequestRecord): boolean =>
  known.host === record.host &&
  known.userAgent === record.userAgent &&
  known.client === record.client &&
  known.referer === record.referer &&
  known.method === record.method &&
  known.frontend === record.frontend &&
  known.identifier === record.identifier &&
  known.protocol === record.protocol &&
  known.httpVersion === record.httpVersion &&
  known.error === record.error &&
  known.lookup === record.lookup &&
  known.policy === record.policy &&
  known.hint === record.hint &&
  known.considered === record.considered &&
  known.drained === record.drained &&
  known.dead.length === 0 &&
  record.dead.length === 0;

/** Its texts are copies: it is kept for longer than the heads of which those of a record are parts. */
const commonOf = (record: RequestRecord): RecordCommon => ({
  client: ownText(record.client),
  protocol: record.protocol,
  method: ownText(record.method),
  httpVersion: record.httpVersion,
  referer: ownTextOrNull(record.referer),
  userAgent: ownTextOrNull(record.userAgent),
  host: ownText(record.host),
  frontend: record.frontend,
  identifier: record.identifier,
  error: record.error,
  lookup: record.lookup,
  policy: record.policy,
  hint: record.hint,
  considered: record.considered,
  drained: record.drained,
  dead: record.dead,
});
