import { useState } from 'react';
import { createPortal } from 'react-dom';
import type { HealthSlot } from '../../../shared/contract/health.ts';
import { visibleText } from '../../../shared/escapeUnseen.ts';
import { limits } from '../../../shared/limits.ts';
import { timeOfDay } from '../../ui/format.ts';
import { historyWords } from './model/words.ts';

const slots = limits.maxHealthSlots;
/** Pixels of a slot with the space behind it, and of the bar. */
const step = 3;
const height = 18;

/** Height tells the state too, so that it is seen without colours. */
const looks: Readonly<
  Record<HealthSlot['state'], { readonly height: number; readonly colour: string }>
> = {
  up: { height, colour: 'text-up' },
  degraded: { height: 11, colour: 'text-degraded' },
  down: { height: 6, colour: 'text-down' },
  drained: { height: 3, colour: 'text-paused' },
  paused: { height: 3, colour: 'text-paused' },
  unknown: { height: 2, colour: 'text-unknown' },
};

interface Shown {
  /** Into the history. */
  readonly index: number;
  /** Pixels in the window. */
  readonly x: number;
  readonly y: number;
}

/** The last minutes of a backend, the newest at the right; each says its time and reason to pointer and arrow keys. */
export function UptimeBar({
  history,
  label,
  tabIndex,
}: {
  readonly history: readonly HealthSlot[];
  readonly label: string;
  readonly tabIndex: number;
}) {
  const [shown, setShown] = useState<Shown | null>(null);
  const latest = history.slice(-slots);
  const before = slots - latest.length;
  const slot = shown === null ? undefined : latest[shown.index];
  const showAt = (bar: Element, index: number): void => {
    const within = Math.max(0, Math.min(latest.length - 1, index));
    const { left, top } = bar.getBoundingClientRect();
    setShown(
      latest.length === 0 ? null : { index: within, x: left + (before + within) * step, y: top },
    );
  };
  return (
    <div
      role="slider"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, latest.length - 1)}
      aria-valuenow={shown?.index ?? Math.max(0, latest.length - 1)}
      aria-valuetext={slot === undefined ? historyWords(latest) : slotWords(slot)}
      aria-readonly
      tabIndex={tabIndex}
      className="relative shrink-0 rounded-sm"
      onPointerMove={({ currentTarget, clientX }) => {
        const { left } = currentTarget.getBoundingClientRect();
        const index = Math.floor((clientX - left) / step) - before;
        if (index < 0) setShown(null);
        else showAt(currentTarget, index);
      }}
      onPointerLeave={() => setShown(null)}
      onBlur={() => setShown(null)}
      onKeyDown={(event) => {
        const from = shown?.index ?? latest.length;
        const index = {
          ArrowLeft: from - 1,
          ArrowRight: from + 1,
          Home: 0,
          End: latest.length - 1,
        }[event.key];
        if (index !== undefined) showAt(event.currentTarget, index);
        else if (event.key === 'Escape' && shown !== null) setShown(null);
        else return;
        event.preventDefault();
      }}
    >
      <svg aria-hidden width={slots * step} height={height} className="block">
        {before > 0 && (
          <path
            d={`M0 ${height - 0.5}h${before * step - 1}`}
            stroke="currentColor"
            strokeDasharray="2 1"
            className="text-line"
          />
        )}
        {Object.entries(looks).map(([state, look]) => (
          <path
            key={state}
            className={look.colour}
            stroke="currentColor"
            strokeWidth={2}
            d={latest
              .map((one, at) =>
                one.state === state ? `M${(before + at) * step + 1} ${height}v-${look.height}` : '',
              )
              .join('')}
          />
        ))}
        {shown !== null && (
          <path
            d={`M${(before + shown.index) * step + 1} 0v${height}`}
            stroke="currentColor"
            strokeOpacity={0.35}
            strokeWidth={4}
          />
        )}
      </svg>
      {shown !== null && slot !== undefined && <Tip {...shown} text={slotWords(slot)} />}
    </div>
  );
}

/** Above the bar, over whatever is there, and inside of the window. */
function Tip({ x, y, text }: Pick<Shown, 'x' | 'y'> & { readonly text: string }) {
  const isRight = x > innerWidth / 2;
  return createPortal(
    <span
      aria-hidden
      className="pointer-events-none fixed z-40 max-w-[60vw] truncate rounded-md border border-line bg-raised px-2 py-1 text-caption shadow-float"
      style={{
        top: y - 32,
        ...(isRight ? { right: Math.max(8, innerWidth - x - 24) } : { left: Math.max(8, x - 24) }),
      }}
    >
      {text}
    </span>,
    document.body,
  );
}

/** As `21:34, down: refused`. */
function slotWords({ at, state, reason }: HealthSlot): string {
  const time = timeOfDay(at).slice(0, 5);
  const why = reason.startsWith(`${state}: `) ? reason.slice(state.length + 2) : reason;
  return `${time}, ${state}${why === '' ? '' : `: ${visibleText(why)}`}`;
}
