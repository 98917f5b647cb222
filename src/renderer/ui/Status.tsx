import type { BackendState } from '../../shared/contract/health.ts';
import { cn } from './cn.ts';

export type Status = Exclude<BackendState, 'drained'> | 'degraded' | 'paused';

/** Shape, word and colour: none of them says it alone. */
const looks: Readonly<
  Record<Status, { readonly shape: string; readonly word: string; readonly colour: string }>
> = {
  up: { shape: '●', word: 'up', colour: 'text-up' },
  degraded: { shape: '◐', word: 'degraded', colour: 'text-degraded' },
  down: { shape: '▲', word: 'down', colour: 'text-down' },
  unknown: { shape: '○', word: 'unknown', colour: 'text-unknown' },
  paused: { shape: '❚❚', word: 'paused', colour: 'text-paused' },
};

/**
 * @param word shown beside the shape; otherwise a screen reader alone hears it
 * @param says in place of the usual word
 */
export function StatusGlyph({
  status,
  word,
  says,
  title,
}: {
  readonly status: Status;
  readonly word?: boolean;
  readonly says?: string;
  readonly title?: string | undefined;
}) {
  const look = { ...looks[status], ...(says === undefined ? {} : { word: says }) };
  return (
    <span
      className={cn('inline-flex items-center gap-1.5', look.colour)}
      title={title ?? look.word}
    >
      <span
        aria-hidden
        className={cn('inline-block w-3 text-center', status === 'paused' && 'text-[9px]')}
      >
        {look.shape}
      </span>
      <span className={word === true ? '' : 'sr-only'}>{look.word}</span>
    </span>
  );
}
