import { type Ref, useId, useMemo } from 'react';
import type { MappingView } from '../../../shared/contract/containers.ts';
import { useBerth } from '../../app/context.ts';
import { useStore } from '../../state/store.ts';
import { Combobox } from '../../ui/Combobox.tsx';
import { cn } from '../../ui/cn.ts';
import { type HostChoice, hostChoice, offeredHosts } from './model/hostChoice.ts';

/** What a name that was written means, with what is there at this moment. */
export function useHostChoice(text: string, isSame: (mapping: MappingView) => boolean): HostChoice {
  const { live, containers } = useBerth();
  const hosts = useStore(live.hosts);
  const view = useStore(containers.view);
  const suffixes = useStore(live.status)?.suffixes ?? [];
  return hostChoice(text, { hosts, mappings: view?.mappings ?? [], suffixes, isSame });
}

/** The name of a host: a new one, or one of those that are there. */
export function HostField({
  ref,
  text,
  choice,
  suggestion,
  onChange,
}: {
  readonly ref: Ref<HTMLInputElement>;
  readonly text: string;
  readonly choice: HostChoice;
  readonly suggestion: string;
  readonly onChange: (text: string) => void;
}) {
  const hosts = useStore(useBerth().live.hosts);
  const id = useId();
  const offers = useMemo(
    () => offeredHosts(text === suggestion ? '' : text, suggestion, hosts?.keys() ?? []),
    [text, suggestion, hosts],
  );
  return (
    <>
      <Combobox
        ref={ref}
        label="Host"
        describedBy={id}
        value={text}
        placeholder="app.localhost"
        offers={offers}
        noteOf={(offer) => {
          const host = hosts?.get(offer);
          if (host === undefined) return 'new';
          const { length } = host.backends;
          return length === 1 ? '1 backend' : `${length} backends`;
        }}
        isInvalid={choice.name === null && text !== ''}
        onChange={onChange}
      />
      <p
        id={id}
        aria-live="polite"
        className={cn(
          'mt-1 text-caption',
          choice.name === null && choice.isWarning
            ? 'text-down'
            : choice.isWarning
              ? 'text-degraded'
              : 'text-dim',
        )}
      >
        {choice.isWarning && <span aria-hidden>{choice.name === null ? '▲ ' : '◐ '}</span>}
        {choice.says}
      </p>
    </>
  );
}
