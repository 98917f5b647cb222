import { BerthError } from '../../shared/errors.ts';
import type { Keys } from '../../shared/model/keys.ts';
import { type Reply, reasonOf, StoreAway, type StoreCommand } from '../../store/command.ts';
import type { EditDecision, KeyWrite } from '../../store/edit.ts';
import type { SharedStore } from '../../store/store.ts';
import {
  mappingsCommand,
  noMappings,
  readMappings,
  type StoredMappings,
} from '../containers/mappings/stored.ts';
import type { Stored } from '../frontends/entry.ts';
import {
  listCommand,
  marksCommands,
  optionsCommand,
  readList,
  readMarks,
  readOptions,
} from '../frontends/replies.ts';
import { type Change, type Content, contentOf } from './changes.ts';
import { deadCommands, moveMarks, reasonsCommands } from './marks.ts';

/** All that the store has of a frontend, for whoever edits it. */
export interface Editable extends Stored {
  readonly mappings: StoredMappings;
}

/** What an edit did. */
export interface Edited {
  /** Null when nothing had to be changed. */
  readonly change: {
    readonly summary: string;
    /** Null: it held what cannot be put back. */
    readonly before: Content | null;
    readonly after: Content;
  } | null;
  /** All that the store has now. */
  readonly stored: Editable;
}

const missing: Reply = { ok: false, error: 'no answer' };

function readStored(replies: readonly Reply[]): Editable {
  const [
    list = missing,
    options = missing,
    members = missing,
    lifetime = missing,
    why = missing,
    mappings = missing,
  ] = replies;
  for (const reply of replies) {
    // What may not be read may not be edited; a key of another type is told by who decides.
    if (!reply.ok && !reply.error.startsWith('WRONGTYPE')) throw refusal(reply.error);
  }
  return {
    list: readList(list),
    options: readOptions(options),
    marks: readMarks(members, lifetime, why),
    mappings: readMappings(mappings),
  };
}

/** What an error reply means. */
function refusal(error: string): BerthError {
  return new BerthError(
    /^(NOPERM|NOAUTH|WRONGPASS)\b/.test(error) ? 'BERTH_STORE_REFUSED' : 'BERTH_STORE_UNREACHABLE',
    error,
  );
}

/** Makes one list of another in place: who gave the key an end of life keeps it. */
function listCommands(
  key: string,
  before: Stored['list'],
  after: readonly string[] | null,
): readonly StoreCommand[] {
  if (after === null) return before.kind === 'absent' ? [] : [['del', key]];
  if (before.kind === 'absent') return [['rpush', key, ...after]];
  if (before.kind !== 'list')
    return [
      ['del', key],
      ['rpush', key, ...after],
    ];
  const { list } = before;
  const commands: StoreCommand[] = [];
  for (let i = 0; i < Math.min(list.length, after.length); i++) {
    const element = after[i];
    if (element !== undefined && element !== list[i]) commands.push(['lset', key, i, element]);
  }
  if (after.length > list.length) commands.push(['rpush', key, ...after.slice(list.length)]);
  if (after.length < list.length) commands.push(['ltrim', key, 0, after.length - 1]);
  return commands;
}

const urlsOf = (list: readonly string[] | null): readonly string[] => list?.slice(1) ?? [];

/** Turns a change into what is written, in the order in which it is where the keys live apart. */
function decisionOf(
  keys: Keys,
  name: string,
  stored: Editable,
  change: Change,
): EditDecision<Edited> {
  if (change === null) return { writes: [], result: { change: null, stored } };
  const before = contentOf(stored);
  const isKept = change.options === undefined;
  const text = isKept ? stored.options.text : (change.options ?? null);
  const marks = moveMarks(stored.marks, urlsOf(before.list), urlsOf(change.list));
  const writes: KeyWrite[] = [];
  const write = (key: string, commands: readonly StoreCommand[], drop: boolean): void => {
    if (commands.length === 0) return;
    writes.push({ key, commands, ...(drop ? { otherwise: [['del', key]] } : {}) });
  };
  // A mapping knows its backends before they are listed, and for as long as they are.
  if (change.mappings !== undefined) {
    write(keys.mappings(name), mappingCommands(keys.mappings(name), change.mappings), false);
  }
  write(keys.frontend(name), listCommands(keys.frontend(name), stored.list, change.list), false);
  if (marks !== stored.marks || change.list === null) {
    write(keys.dead(name), deadCommands(keys.dead(name), marks), true);
    write(keys.deadReasons(name), reasonsCommands(keys.deadReasons(name), marks), true);
  }
  if (!isKept && (text !== stored.options.text || stored.options.problem !== null)) {
    const key = keys.options(name);
    write(key, text === null ? [['del', key]] : [['set', key, text]], change.list === null);
  }
  if (change.list === null && change.mappings === undefined) {
    write(keys.mappings(name), [['del', keys.mappings(name)]], true);
  }
  const isRestorable =
    stored.list.kind !== 'unreadable' &&
    stored.options.problem === null &&
    stored.mappings.problem === null;
  return {
    writes,
    result: {
      change: {
        summary: change.summary,
        before: isRestorable ? before : null,
        after: { list: change.list, options: text, ...mappingsAfter(stored.mappings, change) },
      },
      stored: {
        list: change.list === null ? { kind: 'absent' } : { kind: 'list', list: change.list },
        options: isKept ? stored.options : { text, problem: null },
        marks,
        mappings: change.list === null ? noMappings : stored.mappings,
      },
    },
  };
}

function mappingCommands(
  key: string,
  fields: ReadonlyMap<string, string | null>,
): readonly StoreCommand[] {
  const set = [...fields].flatMap(([id, text]) => (text === null ? [] : [id, text]));
  const gone = [...fields].flatMap(([id, text]) => (text === null ? [id] : []));
  return [
    ...(set.length === 0 ? [] : [['hset', key, ...set] as const]),
    ...(gone.length === 0 ? [] : [['hdel', key, ...gone] as const]),
  ];
}

function mappingsAfter(
  { texts }: StoredMappings,
  { list, mappings }: NonNullable<Change>,
): Pick<Content, 'mappings'> {
  if (list === null && mappings === undefined) return {};
  const after = new Map(texts);
  for (const [id, text] of mappings ?? []) {
    if (text === null) after.delete(id);
    else after.set(id, text);
  }
  return after.size === 0 ? {} : { mappings: Object.fromEntries(after) };
}

/**
 * Changes a frontend: list, options and dead marks as one transaction where the store can.
 *
 * @param decide what is to be made of what is there; called again when somebody else was faster
 * @param look hears what is written, before it is; when it returns false, nothing is
 * @throws BerthError of `decide`, BERTH_CONFLICT, BERTH_STORE_UNREACHABLE, BERTH_STORE_REFUSED
 */
export async function editFrontend(
  store: Pick<SharedStore, 'edit'>,
  keys: Keys,
  name: string,
  decide: (stored: Editable) => Change,
  look: (commands: readonly StoreCommand[]) => boolean = () => true,
): Promise<Edited> {
  const outcome = await store
    .edit({
      reads: [
        listCommand(keys, name),
        optionsCommand(keys, name),
        ...marksCommands(keys, name),
        mappingsCommand(keys, name),
      ],
      decide: (replies) => {
        const stored = readStored(replies);
        const decision = decisionOf(keys, name, stored, decide(stored));
        const isMeant = look(decision.writes.flatMap(({ commands }) => commands));
        return isMeant ? decision : { ...decision, writes: [] };
      },
    })
    .catch((cause: unknown) => {
      if (cause instanceof BerthError) throw cause;
      const why = reasonOf(cause);
      throw cause instanceof StoreAway
        ? new BerthError('BERTH_STORE_UNREACHABLE', why, { cause })
        : refusal(why);
    });
  if (outcome.kind === 'done') return outcome.result;
  throw new BerthError(
    'BERTH_CONFLICT',
    outcome.written.length === 0
      ? `${name}: others change it all the time`
      : `${name}: its backends were written, its options were not`,
  );
}
