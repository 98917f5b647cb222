import { useId, useState } from 'react';
import type { PortVerdict } from '../../../shared/contract/containers.ts';
import { cn } from '../../ui/cn.ts';
import { fieldLook } from '../../ui/field.ts';
import { answerWords, type PortChoice } from './model/portChoice.ts';

/** The ports of a container, each with what it really answers; one is chosen. */
export function PortList({
  choices,
  verdicts,
  isAsking,
  value,
  onChange,
}: {
  readonly choices: readonly PortChoice[];
  readonly verdicts: readonly PortVerdict[];
  readonly isAsking: boolean;
  readonly value: number | null;
  readonly onChange: (port: number | null) => void;
}) {
  const name = useId();
  const [other, setOther] = useState('');
  const isOther = value === null || !choices.some(({ port }) => port === value);
  return (
    <div
      role="radiogroup"
      aria-label="Port"
      className="overflow-hidden rounded-md border border-line"
    >
      {choices.map(({ port, where }) => {
        const verdict = verdicts.find((one) => one.port === port);
        return (
          <label
            key={port}
            className={cn(
              'flex h-8 items-center gap-2.5 border-b border-line px-3 has-focus-visible:outline-2 has-focus-visible:-outline-offset-2 has-focus-visible:outline-accent',
              port === value ? 'bg-chosen' : 'hover:bg-hover',
            )}
          >
            <input
              type="radio"
              name={name}
              checked={port === value}
              onChange={() => onChange(port)}
              className="size-3.5 shrink-0 accent-accent outline-none"
            />
            <span className="w-12 shrink-0 font-mono text-mono">{port}</span>
            <span className="min-w-0 flex-1 truncate text-dim">{where}</span>
            <span className={cn('shrink-0 whitespace-nowrap', verdict === undefined && 'text-dim')}>
              {verdict !== undefined ? (
                <>
                  <span aria-hidden className={verdict.works ? 'text-up' : 'text-down'}>
                    {verdict.works ? '✓ ' : '▲ '}
                  </span>
                  {verdict.scheme === 'https' && 'TLS · '}
                  {answerWords(verdict)}
                </>
              ) : isAsking ? (
                'asking…'
              ) : (
                ''
              )}
            </span>
          </label>
        );
      })}
      <label
        className={cn(
          'flex h-9 items-center gap-2.5 px-3',
          isOther ? 'bg-chosen' : 'hover:bg-hover',
        )}
      >
        <input
          type="radio"
          name={name}
          checked={isOther}
          aria-label="Another port"
          onChange={() => onChange(portIn(other))}
          className="size-3.5 shrink-0 accent-accent"
        />
        <input
          aria-label="Number of another port"
          data-missing={value === null ? '' : undefined}
          inputMode="numeric"
          placeholder="other"
          value={isOther && value !== null && portIn(other) !== value ? String(value) : other}
          aria-invalid={other !== '' && portIn(other) === null}
          onFocus={() => {
            if (!isOther) onChange(portIn(other));
          }}
          onChange={(event) => {
            const text = event.currentTarget.value;
            setOther(text);
            onChange(portIn(text));
          }}
          className={cn(fieldLook, 'w-20 font-mono text-mono placeholder:text-dim')}
        />
      </label>
    </div>
  );
}

/** Null for what is no port. */
function portIn(text: string): number | null {
  const number = Number(text.trim());
  return /^\d{1,5}$/.test(text.trim()) && number >= 1 && number <= 65_535 ? number : null;
}
