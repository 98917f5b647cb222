import { useCallback, useMemo, useState } from 'react';
import { type Refusal, refusalOf } from '../settings/refusal.ts';

/** Where a change to the machine is: it is shown first, and done when a person agrees. */
type Stage<Plan, Done> =
  | { readonly kind: 'idle' }
  | { readonly kind: 'planning' }
  | { readonly kind: 'asked'; readonly plan: Plan }
  | { readonly kind: 'doing'; readonly plan: Plan }
  | { readonly kind: 'done'; readonly done: Done }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

export interface Change<Plan, Done> {
  readonly stage: Stage<Plan, Done>;
  readonly isBusy: boolean;
  /** Shows what would be done. */
  ask(plan: () => Promise<Plan>): void;
  /** Does it. */
  agree(work: () => Promise<Done>): void;
  /** Shows nothing any more; nothing is changed by it. */
  clear(): void;
}

/** @param onDone told when something may have been changed, also by what failed in the middle */
export function useChange<Plan, Done>(onDone: () => void): Change<Plan, Done> {
  const [stage, setStage] = useState<Stage<Plan, Done>>({ kind: 'idle' });
  const ask = useCallback((plan: () => Promise<Plan>) => {
    setStage({ kind: 'planning' });
    plan().then(
      (made) => setStage({ kind: 'asked', plan: made }),
      (error: unknown) => setStage({ kind: 'refused', refusal: refusalOf(error) }),
    );
  }, []);
  const agree = useCallback(
    (work: () => Promise<Done>) => {
      setStage((now) => (now.kind === 'asked' ? { kind: 'doing', plan: now.plan } : now));
      work()
        .then(
          (done) => setStage({ kind: 'done', done }),
          (error: unknown) => setStage({ kind: 'refused', refusal: refusalOf(error) }),
        )
        .finally(onDone);
    },
    [onDone],
  );
  const clear = useCallback(() => setStage({ kind: 'idle' }), []);
  const isBusy = stage.kind === 'planning' || stage.kind === 'doing';
  return useMemo(() => ({ stage, isBusy, ask, agree, clear }), [stage, isBusy, ask, agree, clear]);
}
