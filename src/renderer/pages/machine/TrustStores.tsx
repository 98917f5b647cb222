import { useState } from 'react';
import type {
  TrustPlan as Planned,
  TrustResult,
  TrustView,
} from '../../../shared/contract/trust.ts';
import { visibleText } from '../../../shared/escapeUnseen.ts';
import { useApi } from '../../app/context.ts';
import { Button } from '../../ui/Button.tsx';
import { CommandLine } from '../../ui/CommandLine.tsx';
import { StatusGlyph } from '../../ui/Status.tsx';
import {
  resultLook,
  storesInOrder,
  storesToAdd,
  storesToRemove,
  trustLook,
  trustSummary,
} from './model/trustWords.ts';
import { Line, Panel, RefusedPanel, StepsPanel } from './StepsPanel.tsx';
import { type Change, useChange } from './useChange.ts';

interface TrustPlan extends Planned {
  readonly kind: 'add' | 'remove';
}

type TrustChanging = Change<TrustPlan, readonly TrustResult[]>;

/** Of a change that is about all stores. */
const everywhere = '';

/**
 * Who trusts the local CA, a line for each store, and what adding or removing it does there: shown first.
 *
 * @param isOutgrown the CA needs another certificate for the names of now
 */
export function TrustStores({
  view,
  isOutgrown,
  onChanged,
}: {
  readonly view: TrustView;
  readonly isOutgrown: boolean;
  readonly onChanged: () => void;
}) {
  const api = useApi();
  const changing: TrustChanging = useChange(onChanged);
  /** The store that the change stands at. */
  const [at, setAt] = useState(everywhere);
  const { here, away } = storesInOrder(view.stores);
  const isOff = api === null || changing.isBusy;
  /** To add makes the CA, or its next certificate, which takes no rights; what trusting it does is known then. */
  const ask = (kind: TrustPlan['kind'], place: string): void => {
    if (api === null) return;
    setAt(place);
    changing.ask(async () => {
      const stores = place === everywhere ? [] : [place];
      const plan = await api.trust.plan({ action: kind, stores });
      if (kind === 'add' && needsMore) onChanged();
      return { kind, ...plan };
    });
  };
  const needsMore = view.authority === null || isOutgrown || storesToAdd(view).length > 0;
  return (
    <>
      <div className="flex flex-wrap gap-2 empty:hidden">
        {needsMore && (
          <Button
            look={changing.stage.kind === 'idle' ? 'primary' : 'plain'}
            disabled={isOff}
            onClick={() => ask('add', everywhere)}
          >
            {view.authority === null
              ? 'Create and trust…'
              : isOutgrown || view.stores.some(({ state }) => state === 'outdated')
                ? 'Renew and trust…'
                : 'Trust in all stores…'}
          </Button>
        )}
        {storesToRemove(view).length > 0 && (
          <Button disabled={isOff} onClick={() => ask('remove', everywhere)}>
            Remove from all…
          </Button>
        )}
      </div>
      {at === everywhere && <TrustOutcome changing={changing} isAll />}
      <ul aria-label="Stores" className="mt-2 divide-y divide-line border-y border-line">
        {here.map((store) => {
          const look = trustLook(store);
          return (
            <li key={store.id} className="py-2">
              <div className="flex items-start gap-3">
                <span className="w-28 shrink-0">
                  <StatusGlyph status={look.status} says={look.word} word />
                </span>
                <div className="min-w-0 flex-1">
                  <div className="break-words">{visibleText(store.title)}</div>
                  <div className="text-caption break-words text-dim">
                    {visibleText(store.evidence)}
                    {store.byDefault ? '' : ' · only when it is chosen'}
                  </div>
                </div>
                <div className="flex shrink-0 gap-2">
                  {store.add.length > 0 && (
                    <Button
                      aria-label={`Add to ${store.title}…`}
                      disabled={isOff}
                      onClick={() => ask('add', store.id)}
                    >
                      Add…
                    </Button>
                  )}
                  {store.remove.length > 0 && (
                    <Button
                      aria-label={`Remove from ${store.title}…`}
                      disabled={isOff}
                      onClick={() => ask('remove', store.id)}
                    >
                      Remove…
                    </Button>
                  )}
                </div>
              </div>
              {at === store.id && <TrustOutcome changing={changing} isAll={false} />}
            </li>
          );
        })}
      </ul>
      {away.length > 0 && (
        <details className="mt-2 text-caption text-dim">
          <summary className="w-fit cursor-pointer rounded-sm">
            {away.length === 1 ? 'One store' : `${away.length} stores`} not used here
          </summary>
          <ul className="mt-1 flex flex-col gap-1">
            {away.map(({ id, title, evidence }) => (
              <li key={id} className="break-words">
                {visibleText(title)}: {visibleText(evidence)}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

/** @param isAll every store with steps of this kind is meant */
function TrustOutcome({
  changing,
  isAll,
}: {
  readonly changing: TrustChanging;
  readonly isAll: boolean;
}) {
  const api = useApi();
  const { stage, clear } = changing;
  switch (stage.kind) {
    case 'idle':
      return null;
    case 'planning':
      return <p className="mt-2 text-dim">Looking at what would be changed…</p>;
    case 'asked':
    case 'doing': {
      const { kind, id, stores } = stage.plan;
      return (
        <StepsPanel
          steps={stores.flatMap(({ title, steps }) =>
            steps.map(({ says, needsRoot, command }) => ({
              says: isAll ? `${title}: ${says}` : says,
              needsRoot,
              lines: [`$ ${command}`],
            })),
          )}
          agree={kind === 'add' ? 'Trust it' : 'Remove it'}
          isBusy={stage.kind === 'doing'}
          onAgree={() =>
            api !== null &&
            changing.agree(async () => {
              const withSteps = stores.filter(({ steps }) => steps.length > 0);
              const results = await api.trust.change({ plan: id });
              // Of the others there is nothing to say.
              return results.filter((result) => withSteps.some((store) => store.id === result.id));
            })
          }
          onCancel={clear}
        />
      );
    }
    case 'refused':
      return <RefusedPanel refusal={stage.refusal} onClose={clear} />;
    case 'done':
      return (
        <Panel label="What was done" onEscape={clear}>
          <ul role="status" className="flex flex-col gap-1.5">
            {stage.done.map((result) => {
              const look = resultLook(result);
              return (
                <li key={result.id}>
                  <Line look={{ ...look, word: '' }}>
                    {visibleText(result.title)}
                    <span className="text-dim">
                      {' · '}
                      {look.word}
                      {result.says === '' ? '' : `: ${visibleText(result.says)}`}
                    </span>
                    {result.command !== null && (
                      <div className="mt-1">
                        <CommandLine command={result.command} />
                      </div>
                    )}
                  </Line>
                </li>
              );
            })}
            {stage.done.length === 0 && <li>Nothing was to be done.</li>}
          </ul>
          <div>
            <Button autoFocus onClick={clear}>
              Close
            </Button>
          </div>
        </Panel>
      );
  }
}

/** Trust as a whole, in a sentence. */
export function TrustLine({ view }: { readonly view: TrustView }) {
  const { status, word } = trustSummary(view);
  return <Line look={{ status, word: '' }}>{word}</Line>;
}
