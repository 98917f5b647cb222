import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type {
  StorePlan,
  TrustResult,
  TrustStep,
  TrustStoreView,
  TrustView,
} from '../../shared/contract/trust.ts';
import { BerthError } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';
import { type CarriedOut, carryOut, type ElevationWay, type Step } from '../elevation/index.ts';
import { type Authority, isOurs, readAuthority } from './authority.ts';
import { beginHandOver, otherRecords } from './handOver.ts';
import { type Handshakes, type KeyPair, openHandshakes } from './handshakes.ts';
import { trustHints } from './hints.ts';
import type { Machine } from './machine.ts';
import { nssReason } from './nss.ts';
import { findStores } from './places.ts';
import {
  readRecord,
  recordDirectory,
  type StoreRecord,
  type TrustRecord,
  writeRecord,
} from './record.ts';
import {
  dropCopies,
  isUnchanged,
  recordOf,
  recordWithin,
  rollBack,
  sealed,
  takeSnapshot,
  undoFacts,
  undoOf,
} from './saving.ts';
import { shownStep } from './shown.ts';
import { type Entry, holds, type Look, type TrustStore, type Undo } from './store.ts';
import { judge } from './verdict.ts';

/** What trust needs of the local CA. */
export interface TrustCertificates {
  /** Of the PEM file of its certificate. */
  readonly path: string;
  /** Its certificate, PEM; null while none was made. */
  find(): Promise<string | null>;
  /** The same, made where there is none. */
  ensure(): Promise<string>;
  /** Whether there is one, and `ensure` would make another: it does not cover all names, or its end is near. */
  isOutgrown(): Promise<boolean>;
  /** Key and certificate of `localhost` and a name under each suffix, by this CA. */
  leaf(): Promise<KeyPair>;
}

export interface TrustDeps {
  readonly machine: Machine;
  /** Of the instance's data. */
  readonly dataDirectory: string;
  readonly certificates: TrustCertificates;
  /** How rights are had; asked each time. */
  readonly way: () => ElevationWay;
  /** Directories of the data of other instances on this machine, as far as they are known. */
  readonly others: () => Promise<readonly string[]>;
}

/** Carries steps out, as `carryOut` does. */
type Carry = (steps: readonly Step[]) => Promise<CarriedOut>;

interface AddInput {
  /** None: all that are meant without a name; to remove, all in which there is anything of this instance. */
  readonly stores: readonly string[];
}

interface RemoveInput extends AddInput {
  /** Also what another instance put there, or one of which the data is lost. */
  readonly foreign: boolean;
}

type Kind = 'add' | 'remove';

/** What adding or removing would do. */
export interface TrustPlanned {
  /** What is made before a store can have it: the CA, or another certificate of it; null for nothing. */
  readonly makes: 'ca' | 'certificate' | null;
  readonly kind: Kind;
  readonly foreign: boolean;
  /** As people are shown it. */
  readonly stores: readonly StorePlan[];
  /** The same, in the same order: what is done, and nothing else. */
  readonly exact: readonly (readonly Step[])[];
}

/** Who trusts the local CA on this machine, and how that is changed. One change at a time; each store by itself. */
export interface Trust {
  /** @param prove shakes hands, instead of believing what stores list */
  status(options: { readonly prove: boolean }): Promise<TrustView>;
  /** Makes the CA, or another certificate of it, where that is needed: what is planned to add is exact then. */
  ensure(): Promise<void>;
  /**
   * What would be done, store by store. Makes no CA: where there is none that fits, FINGERPRINT stands for it.
   *
   * @throws BerthError BERTH_INPUT_INVALID for a store that there is not
   */
  plan(kind: Kind, input: RemoveInput): Promise<TrustPlanned>;
  /**
   * Does what was planned, store by store. One of which something else would be done by now is left alone, and fails.
   *
   * @param through of who has more to do with the rights of an administrator, and asks for them
   */
  carry(planned: TrustPlanned, through?: Carry): Promise<readonly TrustResult[]>;
  /** All at once. @throws BerthError BERTH_INPUT_INVALID for a store that there is not */
  add(input: AddInput): Promise<readonly TrustResult[]>;
  /** All at once. @throws BerthError BERTH_INPUT_INVALID for a store that there is not */
  remove(input: RemoveInput): Promise<readonly TrustResult[]>;
}

/** A store with what was seen of it. */
interface Seen {
  readonly store: TrustStore;
  readonly look: Look;
  /** Certificates of this instance, of all that bear its name. */
  readonly ours: readonly Entry[];
  readonly foreign: readonly Entry[];
  /** Of this instance: what somebody who was cut off has left behind. */
  readonly lingering: readonly Entry[];
  /** `ours` has those of other instances, too: what was there before is not what is to be there. */
  readonly hasForeign: boolean;
}

export function createTrust(deps: TrustDeps): Trust {
  const { machine, dataDirectory, certificates, way, others } = deps;
  const directory = recordDirectory(dataDirectory);
  const kept = join(directory, 'kept');
  const { platform } = machine;
  let queue: Promise<unknown> = Promise.resolve();
  /** A change waits for the one before it. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = queue.then(work, work);
    queue = result.catch(() => undefined);
    return result;
  };
  const keptAt = ({ authority }: Entry): string => join(kept, `${authority.fingerprint}.pem`);
  const stores = (): Promise<readonly TrustStore[]> => findStores(machine, keptAt);
  const shown = (step: Step): TrustStep => shownStep(step, platform, certificates.path);

  async function current(): Promise<Authority | null> {
    const pem = await certificates.find();
    return pem === null ? null : readAuthority(pem);
  }

  async function see(
    store: TrustStore,
    authority: Authority | null,
    { authorities }: TrustRecord,
  ): Promise<Seen> {
    const known = new Set(authorities);
    const look = await store.look();
    const entries = look.kind === 'seen' ? look.entries : [];
    const isOwn = (entry: Entry): boolean => isOurs(entry.authority, authority, known);
    const ours = entries.filter(isOwn);
    const foreign = entries.filter((entry) => !isOwn(entry));
    const lingering = look.kind === 'seen' ? (look.lingering ?? []).filter(isOwn) : [];
    return { store, look, ours, foreign, lingering, hasForeign: false };
  }

  /** Carries steps out, with time for a person to answer what the system asks. */
  const carry: Carry = (steps) =>
    carryOut(steps, {
      way: way(),
      platform,
      directory: join(directory, 'run'),
      run: (argv, options) => machine.run(argv, { timeoutMs: limits.trustChangeMs, ...options }),
    });

  const planAdd = ({ store, look, ours }: Seen, authority: Authority): readonly Step[] => {
    const old = ours.filter((entry) => entry.authority.fingerprint !== authority.fingerprint);
    if (look.kind === 'unavailable' || (holds(look, authority) && old.length === 0)) return [];
    return store.planAdd(look, authority, certificates.path, old);
  };

  async function planRemove(
    { store, look, ours, foreign, lingering, hasForeign }: Seen,
    recorded: StoreRecord | null,
  ): Promise<{ readonly undo: Undo; readonly steps: readonly Step[] }> {
    const record = recorded === null ? null : recordWithin(recorded, store);
    const facts = await undoFacts(record, directory);
    const undo = undoOf({
      ...facts,
      isUnchanged:
        facts.isUnchanged && !hasForeign && !(record?.isShared === true && foreign.length > 0),
      record,
      directory,
      hasOthers: look.kind === 'seen' && (look.hasOthers || look.entries.length > ours.length),
      users: record === null ? [] : await usersOf(store),
      isDatabase: store.isDatabase,
    });
    const left = record?.undoing === undefined ? [] : lingering;
    return { undo, steps: store.planRemove([...ours, ...left], undo) };
  }

  async function addTo(
    seen: Seen,
    authority: Authority,
    exact: readonly Step[],
    through: Carry,
  ): Promise<TrustResult> {
    const { store, look, ours, foreign } = seen;
    const { id, title } = store;
    const steps = planAdd(seen, authority);
    if (!isDeepStrictEqual(steps, exact)) return changedSince(store);
    if (look.kind === 'unavailable') return unavailable(store, look);
    if (steps.length === 0) {
      return { id, title, outcome: 'unchanged', says: 'It is there already', command: null };
    }
    const before = await readRecord(directory);
    const earlier = before.stores[id] ?? null;
    const snapshot = await takeSnapshot(store, directory, earlier === null ? '' : '-now');
    const unchanged = earlier !== null && (await isUnchanged(earlier));
    const underWay = recordOf(earlier, snapshot, {
      unchanged,
      isThere: ours.length > 0,
      isFirst: foreign.length === 0,
      now: Date.now(),
    });
    const authorities = [...new Set([...before.authorities, authority.fingerprint])];
    const put = (record: StoreRecord | null): Promise<void> =>
      writeRecord(directory, {
        ...before,
        // What only root may undo may be there, although it failed.
        authorities: record === null && !store.needsRoot ? before.authorities : authorities,
        stores: withStore(before.stores, id, record),
      });
    await put(underWay);
    await keep(ours);
    const done = await through(steps);
    const failed = failureOf(done);
    const isForLater = done.byHand !== null;
    if (failed === null) await put(await sealed(underWay));
    else if (!isForLater) {
      if ((await usersOf(store)).length === 0) await rollBack(snapshot, directory);
      else await takeOut(store, authority);
      await put(earlier);
    }
    const isKept = earlier === null && underWay.saved.length > 0 && (failed === null || isForLater);
    if (!isKept) await dropCopies(snapshot.copies, directory);
    if (failed === null) {
      const old = ours.length === 0 ? '' : 'In the place of an earlier certificate';
      const says = [old, store.remark].filter((text) => text !== '').join('; ');
      return { id, title, outcome: 'added', says, command: null };
    }
    return notDone(store, done, failed, steps);
  }

  /** Who has a database open would go on with the one that is gone. */
  const usersOf = async ({ isDatabase, files }: TrustStore): Promise<readonly string[]> =>
    isDatabase ? await machine.usersOf(files) : [];

  /** Takes out what a change that failed has left, where files cannot be put back. */
  async function takeOut(store: TrustStore, { fingerprint }: Authority): Promise<void> {
    const look = await store.look();
    if (look.kind === 'unavailable') return;
    const left = look.entries.filter(({ authority }) => authority.fingerprint === fingerprint);
    await carry(store.planRemove(left, { kind: 'entries', directories: [] }));
  }

  async function removeFrom(
    seen: Seen,
    exact: readonly Step[],
    through: Carry,
  ): Promise<TrustResult> {
    const { store, look, ours, foreign } = seen;
    const { id, title } = store;
    const before = await readRecord(directory);
    const record = before.stores[id] ?? null;
    const { undo, steps } = await planRemove(seen, record);
    if (!isDeepStrictEqual(steps, exact)) return changedSince(store);
    if (look.kind === 'unavailable') {
      return unavailable(store, { ...look, isThere: look.isThere && record !== null });
    }
    const says =
      foreign.length > 0
        ? `${foreign.length} of another instance of Berth stays; --foreign removes it too`
        : 'There is nothing of this instance';
    let isHanded = false;
    if (steps.length > 0) {
      await keep(ours);
      const stays =
        record !== null && undo.kind === 'entries' ? await otherRecords(await others()) : [];
      const handing = record === null ? null : await beginHandOver(id, record, directory, stays);
      if (record !== null) {
        const undoing = { ...record, undoing: Date.now() };
        await writeRecord(directory, { ...before, stores: { ...before.stores, [id]: undoing } });
      }
      const done = await through(steps);
      const failed = failureOf(done);
      if (failed !== null) return notDone(store, done, failed, steps);
      isHanded = (await handing?.finish()) === true;
    }
    if (record !== null) {
      // A database that somebody uses goes the next time, when nobody does and it is empty.
      const isLeft = store.isDatabase && record.isMade && undo.kind === 'entries' && !isHanded;
      const { undoing: _undoing, ...kept } = record;
      await dropCopies(record.saved, directory);
      await writeRecord(directory, {
        ...before,
        stores: withStore(before.stores, id, isLeft ? { ...kept, saved: [] } : null),
      });
    }
    if (steps.length === 0) return { id, title, outcome: 'unchanged', says, command: null };
    const outcome = 'removed';
    return {
      id,
      title,
      outcome,
      says: removedText(undo.kind, record, store.remark),
      command: null,
    };
  }

  /** Keeps the certificates that are to go where what takes a file finds them. */
  async function keep(entries: readonly Entry[]): Promise<void> {
    if (platform !== 'darwin' || entries.length === 0) return;
    await mkdir(kept, { recursive: true, mode: 0o700 });
    for (const entry of entries) await writeFile(keptAt(entry), entry.authority.pem);
  }

  function notDone(
    { id, title }: TrustStore,
    { byHand }: CarriedOut,
    { step, reason }: Failure,
    steps: readonly Step[],
  ): TrustResult {
    if (byHand !== null) {
      const says = `The rights of an administrator are needed (${steps.length} ${steps.length === 1 ? 'step' : 'steps'})`;
      return { id, title, outcome: 'needsRights', says, command: byHand };
    }
    const why = nssReason(reason) ?? reason;
    const isForPerson = step.needsRoot || /password/.test(why);
    const says = `${step.says}: ${why}`;
    const command = isForPerson ? forPerson(shown(step).command) : null;
    return { id, title, outcome: 'failed', says, command };
  }

  return {
    status: async ({ prove }) => {
      const authority = await current();
      // Nobody shakes hands either where that cannot be told.
      const isOutgrown = authority !== null && (await certificates.isOutgrown().catch(() => false));
      const record = await readRecord(directory);
      const handshakes = prove && authority !== null ? await shake() : null;
      try {
        const views = await Promise.all(
          (await stores()).map(async (store): Promise<TrustStoreView> => {
            const seen = await see(store, authority, record);
            const { look, ours, foreign } = seen;
            // What another store has made curl or Windows accept says nothing of this one.
            const isTried =
              look.kind === 'seen' && (store.proof.kind === 'system' || look.entries.length > 0);
            const shaken = isTried ? ((await handshakes?.prove(store.proof)) ?? null) : null;
            const { id, title, byDefault, needsRoot } = store;
            const { steps } = await planRemove(seen, record.stores[id] ?? null);
            return {
              id,
              title,
              byDefault,
              needsRoot,
              ...judge({ look, ours, foreign, authority, isOutgrown, shaken }),
              add:
                authority === null ? [] : planAdd(seen, isOutgrown ? notYet : authority).map(shown),
              remove: steps.map(shown),
            };
          }),
        );
        return {
          authority: authority === null ? null : authorityView(authority, certificates.path),
          isTrusted:
            authority !== null &&
            views.every(({ byDefault, state }) => !byDefault || isFine(state)) &&
            views.some(({ state }) => state === 'trusted'),
          stores: views,
          hints: trustHints(machine, certificates.path),
        };
      } finally {
        await handshakes?.close();
      }
    },
    ensure,
    plan: (kind, input) => inTurn(() => planFor(kind, input)),
    carry: (planned, through = carry) => inTurn(() => carryPlanned(planned, through)),
    add: ({ stores: ids }) =>
      inTurn(async () => {
        await ensure();
        return await carryPlanned(await planFor('add', { stores: ids, foreign: false }), carry);
      }),
    remove: (input) =>
      inTurn(async () => await carryPlanned(await planFor('remove', input), carry)),
  };

  async function ensure(): Promise<void> {
    await certificates.ensure();
  }

  async function planFor(kind: Kind, { stores: ids, foreign }: RemoveInput): Promise<TrustPlanned> {
    const authority = await current();
    const isFit = authority !== null && !(kind === 'add' && (await certificates.isOutgrown()));
    const record = await readRecord(directory);
    const chosen = choose(await stores(), ids, ({ byDefault }) => kind === 'remove' || byDefault);
    const exact = await Promise.all(
      chosen.map(async (store) => {
        const seen = withForeign(await see(store, authority, record), isForeignToo(kind, foreign));
        return kind === 'remove'
          ? (await planRemove(seen, record.stores[store.id] ?? null)).steps
          : planAdd(seen, isFit ? authority : notYet);
      }),
    );
    const isMade = isFit || kind === 'remove';
    return {
      makes: isMade ? null : authority === null ? 'ca' : 'certificate',
      kind,
      foreign,
      stores: chosen.map(({ id, title }, at) => ({
        id,
        title,
        steps: (exact[at] ?? []).map(shown),
      })),
      exact,
    };
  }

  async function carryPlanned(
    { kind, foreign, stores: planned, exact }: TrustPlanned,
    through: Carry,
  ): Promise<readonly TrustResult[]> {
    const authority = await current();
    const here = new Map((await stores()).map((store) => [store.id, store]));
    const results: TrustResult[] = [];
    // One after another: each may ask a person.
    for (const [at, plan] of planned.entries()) {
      const store = here.get(plan.id);
      const steps = exact[at] ?? [];
      const work = async (): Promise<TrustResult> => {
        if (store === undefined) return changedSince(plan);
        const seen = await see(store, authority, await readRecord(directory));
        if (kind === 'remove') {
          return await removeFrom(withForeign(seen, isForeignToo(kind, foreign)), steps, through);
        }
        // A plan without a CA only shows.
        if (authority === null) return changedSince(plan);
        return await addTo(seen, authority, steps, through);
      };
      results.push(await work().catch((error: unknown) => failedStore(plan, error)));
    }
    if (kind === 'remove') await forget();
    return results;
  }

  /** Status goes by what stores list where nobody can shake hands. */
  async function shake(): Promise<Handshakes | null> {
    try {
      return await openHandshakes(await certificates.leaf(), machine);
    } catch {
      return null;
    }
  }

  /** When everything is gone, nothing of it needs to be known any more. */
  async function forget(): Promise<void> {
    const record = await readRecord(directory);
    if (Object.keys(record.stores).length > 0) return;
    await writeRecord(directory, { ...record, authorities: [] });
  }
}

interface Failure {
  readonly step: Step;
  readonly reason: string;
}

/** Stands for the certificate that is not there yet, where a plan names it. */
const notYet: Authority = {
  fingerprint: 'FINGERPRINT',
  thumbprint: 'FINGERPRINT',
  key: '',
  subject: '',
  validUntil: 0,
  pem: '',
};

/** The step that was not done; null when all were. */
function failureOf({ results }: CarriedOut): Failure | null {
  const failed =
    results.find(({ status }) => status === 'failed') ??
    results.find(({ status }) => status === 'left');
  return failed === undefined ? null : { step: failed.step, reason: failed.reason };
}

const isFine = (state: TrustStoreView['state']): boolean =>
  state === 'trusted' || state === 'unavailable';

const withStore = (
  stores: TrustRecord['stores'],
  id: string,
  record: StoreRecord | null,
): TrustRecord['stores'] => {
  const { [id]: _old, ...others } = stores;
  return record === null ? others : { ...others, [id]: record };
};

const withForeign = (seen: Seen, isWanted: boolean): Seen =>
  isWanted && seen.foreign.length > 0
    ? { ...seen, ours: [...seen.ours, ...seen.foreign], foreign: [], hasForeign: true }
    : seen;

const unavailable = (
  { id, title }: TrustStore,
  { why, isThere }: Look & { readonly kind: 'unavailable' },
): TrustResult => ({
  id,
  title,
  outcome: isThere ? 'failed' : 'unavailable',
  says: why,
  command: null,
});

/** Another instance's, where they are to go too. */
const isForeignToo = (kind: Kind, foreign: boolean): boolean => kind === 'remove' && foreign;

const changedSince = ({ id, title }: Pick<TrustStore, 'id' | 'title'>): TrustResult => ({
  id,
  title,
  outcome: 'failed',
  says: 'It has changed since this was shown, and was left alone: look again',
  command: null,
});

const failedStore = (
  { id, title }: Pick<TrustStore, 'id' | 'title'>,
  error: unknown,
): TrustResult => ({
  id,
  title,
  outcome: 'failed',
  says: error instanceof Error ? error.message : String(error),
  command: null,
});

function removedText(kind: string, record: StoreRecord | null, remark: string): string {
  if (record === null || record.saved.length + record.files.length === 0) return remark;
  if (kind !== 'entries') return 'Everything is as it was before';
  const why = 'Its files were changed since, or are in use: they stay, without the certificate';
  return [why, remark].filter((text) => text !== '').join('; ');
}

/** Without what keeps a program from asking. */
const forPerson = (command: string): string => command.replace(' -f /dev/null', '');

const authorityView = (
  { fingerprint, subject, validUntil }: Authority,
  path: string,
): TrustView['authority'] => ({
  path,
  fingerprint: (fingerprint.toUpperCase().match(/../g) ?? []).join(':'),
  subject,
  validUntil,
});

const isNamed = ({ id }: { readonly id: string }, wanted: string): boolean =>
  id === wanted || id.startsWith(`${wanted}:`);

/** @throws BerthError BERTH_INPUT_INVALID for a store that there is not */
export function requireStores(
  stores: readonly { readonly id: string }[],
  ids: readonly string[],
): void {
  for (const wanted of ids) {
    if (stores.some((store) => isNamed(store, wanted))) continue;
    const known = stores.map(({ id }) => id).join(', ');
    throw new BerthError('BERTH_INPUT_INVALID', `there is no store ${wanted} here: ${known}`);
  }
}

/** The stores that are named, by their id or by the part before its colon; else those that are meant without. */
function choose(
  stores: readonly TrustStore[],
  ids: readonly string[],
  isMeant: (store: TrustStore) => boolean,
): readonly TrustStore[] {
  if (ids.length === 0) return stores.filter(isMeant);
  requireStores(stores, ids);
  return stores.filter((store) => ids.some((wanted) => isNamed(store, wanted)));
}
