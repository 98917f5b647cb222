import type { MappingView } from '../../../shared/contract/containers.ts';
import { visibleText } from '../../../shared/escapeUnseen.ts';
import { useBerth } from '../../app/context.ts';
import { addressOf } from '../../app/route.ts';
import { useStore } from '../../state/store.ts';
import { Button } from '../../ui/Button.tsx';
import { StatusGlyph } from '../../ui/Status.tsx';
import { useHostActions } from '../hosts/useHostActions.ts';
import { describeMapping, madeBy, mappingStates, whyReadOnly } from './model/words.ts';
import { useUnmap } from './useUnmap.ts';

/**
 * Mappings with how they are and who made them; those that a label made are ended where the label is.
 *
 * @param of whether they are named by their host, or on the page of a host by what it leads to
 */
export function MappingList({
  mappings,
  of,
}: {
  readonly mappings: readonly MappingView[];
  readonly of: 'container' | 'host';
}) {
  const { live } = useBerth();
  const hosts = useStore(live.hosts);
  const actions = useHostActions();
  const unmap = useUnmap();
  return (
    <ul className="divide-y divide-line border-y border-line">
      {mappings.map((mapping) => {
        const { name, id, port, scheme, state, reason } = mapping;
        const shown = mappingStates[state];
        const host = hosts?.get(name) ?? null;
        const row = {
          name,
          traffic: null,
          host: host ?? { options: { redirectToHttps: false } },
        };
        const readOnly = whyReadOnly(mapping);
        return (
          <li key={`${name} ${id}`} className="flex min-h-11 flex-wrap items-center gap-x-3 py-1.5">
            <StatusGlyph status={shown.status} says={shown.word} />
            <div className="min-w-40 flex-1">
              <div className="flex min-w-0 items-baseline gap-2">
                {of === 'container' ? (
                  <>
                    <a
                      href={`#${addressOf('hosts', name)}`}
                      title={name}
                      className="min-w-0 truncate font-mono text-mono hover:text-accent hover:underline"
                    >
                      {visibleText(name)}
                    </a>
                    <span className="shrink-0 text-dim">
                      → {scheme === 'https' && 'https '}:{port}
                    </span>
                  </>
                ) : (
                  <span className="min-w-0 truncate">{visibleText(describeMapping(mapping))}</span>
                )}
                {state !== 'up' && <span className="shrink-0 text-dim">{shown.word}</span>}
              </div>
              <p className="text-caption break-words text-dim">
                {visibleText(
                  [madeBy(mapping), reason, readOnly ?? '']
                    .filter((part) => part !== '')
                    .join(' · '),
                )}
              </p>
            </div>
            <div className="flex shrink-0 items-center gap-1.5">
              {of === 'container' && host !== null && (
                <>
                  <Button data-open="" onClick={() => void actions.open(row)}>
                    Open
                  </Button>
                  <Button look="quiet" onClick={() => void actions.copyUrl(row)}>
                    Copy
                  </Button>
                </>
              )}
              {readOnly === null && (
                <Button
                  look="quiet"
                  aria-label={`Unmap ${name} from ${describeMapping(mapping)}`}
                  onClick={() => void unmap(mapping)}
                >
                  Unmap
                </Button>
              )}
            </div>
          </li>
        );
      })}
    </ul>
  );
}
