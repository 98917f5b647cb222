import { useBerth } from '../../app/context.ts';
import { useStore } from '../../state/store.ts';
import { Button } from '../../ui/Button.tsx';
import { ago, exactTime } from '../../ui/format.ts';
import type { Looked } from './useLook.ts';

/** When it was looked at, and the way to look again. */
export function LookState<T>({
  looked: { at, isLooking, failure, again },
  verb = 'Look again',
  working = 'Looking…',
}: {
  readonly looked: Looked<T>;
  readonly verb?: string;
  readonly working?: string;
}) {
  const now = useStore(useBerth().clock);
  return (
    <>
      <div className="flex items-center gap-3">
        <span role="status" className="text-caption text-dim tabular-nums">
          {isLooking ? (
            working
          ) : at === null ? (
            ''
          ) : (
            <span title={exactTime(at)}>{ago(at, now)}</span>
          )}
        </span>
        <Button disabled={again === null || isLooking} onClick={() => again?.()}>
          {verb}
        </Button>
      </div>
      {failure !== null && (
        <p role="alert" className="text-caption break-words text-down">
          <span aria-hidden>▲ </span>
          {failure}
        </p>
      )}
    </>
  );
}
