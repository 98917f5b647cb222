import type { ControlApi } from '../../client/client.ts';
import type {
  CheckCounts,
  CheckOutcome,
  CheckTitle,
  DoctorEvent,
} from '../../shared/contract/doctor.ts';
import { createStore, type Readable } from './store.ts';

/** What is known of checks: those of the present run as they end, and the outcomes before it until then. */
export interface DoctorRun {
  /** In the order in which they are shown. */
  readonly checks: readonly CheckTitle[];
  readonly outcomes: ReadonlyMap<string, CheckOutcome>;
  /** Ids of checks that did not end yet. */
  readonly pending: ReadonlySet<string>;
  /** Of the last run that came to its end; null before the first. */
  readonly counts: CheckCounts | null;
  /** Unix milliseconds of that end. */
  readonly endedAt: number | null;
  /** Why the run did not come to its end, as one sentence; null while all is well. */
  readonly failure: string | null;
}

export interface DoctorState {
  /** Null before the first run. */
  readonly run: Readable<DoctorRun | null>;
  readonly isRunning: Readable<boolean>;
  /** Runs every check; does nothing while a run is under way. Never rejects. */
  start(api: ControlApi): Promise<void>;
}

const none: DoctorRun = {
  checks: [],
  outcomes: new Map(),
  pending: new Set(),
  counts: null,
  endedAt: null,
  failure: null,
};

export function createDoctorState(): DoctorState {
  const run = createStore<DoctorRun | null>(null);
  const isRunning = createStore(false);
  return {
    run,
    isRunning,
    start: async (api) => {
      if (isRunning.get()) return;
      isRunning.set(true);
      try {
        for await (const event of await api.doctor.run()) {
          run.set(withEvent(run.get() ?? none, event));
        }
      } catch (error) {
        const failure = error instanceof Error ? error.message : String(error);
        run.update((known) => ({ ...(known ?? none), pending: new Set(), failure }));
      } finally {
        isRunning.set(false);
      }
    },
  };
}

/** What is known after an event of a run. */
export function withEvent(known: DoctorRun, event: DoctorEvent): DoctorRun {
  switch (event.kind) {
    case 'plan': {
      const ids = new Set(event.checks.map(({ id }) => id));
      return {
        ...known,
        checks: event.checks,
        outcomes: new Map([...known.outcomes].filter(([id]) => ids.has(id))),
        pending: ids,
        failure: null,
      };
    }
    case 'outcome': {
      const { outcome } = event;
      const pending = new Set(known.pending);
      pending.delete(outcome.id);
      return { ...known, outcomes: new Map(known.outcomes).set(outcome.id, outcome), pending };
    }
    case 'end':
      return { ...known, pending: new Set(), counts: event.counts, endedAt: event.at };
  }
}
