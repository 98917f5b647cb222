import { useEffect, useState } from 'react';
import type { EditView, HostView } from '../../../../shared/contract/hosts.ts';
import { visibleText } from '../../../../shared/escapeUnseen.ts';
import { useApi, useBerth } from '../../../app/context.ts';
import { useStore } from '../../../state/store.ts';
import { Button } from '../../../ui/Button.tsx';
import { ago, exactTime } from '../../../ui/format.ts';
import type { HostActions } from '../actions.ts';
import { Section } from './Section.tsx';

/** The last edits of a host that were made through this instance, each of which can be taken back. */
export function History({
  name,
  host,
  actions,
}: {
  readonly name: string;
  /** With each change of it the edits are asked for again; null when it is gone. */
  readonly host: HostView | null;
  readonly actions: HostActions;
}) {
  const api = useApi();
  const now = useStore(useBerth().clock);
  const [edits, setEdits] = useState<readonly EditView[] | null>(null);
  const revision = host?.revision ?? '';
  // biome-ignore lint/correctness/useExhaustiveDependencies: another revision means another edit
  useEffect(() => {
    const leaving = new AbortController();
    api?.hosts
      .edits(undefined, { signal: leaving.signal })
      .then((all) => setEdits(all.filter((edit) => edit.name === name)))
      .catch((error: unknown) => {
        if (!leaving.signal.aborted) console.warn('the edits cannot be read', error);
      });
    return () => leaving.abort();
  }, [api, name, revision]);
  return (
    <Section title="History">
      {edits === null ? (
        <p className="text-dim">Reading edits…</p>
      ) : edits.length === 0 ? (
        <p className="text-dim">
          No edit was made through this instance since it started. Those of others are not kept.
        </p>
      ) : (
        <ul>
          {edits.map((edit) => (
            <li key={edit.id} className="flex min-h-9 items-center gap-3">
              <span className="w-20 shrink-0 text-dim" title={exactTime(edit.at)}>
                {ago(edit.at, now)}
              </span>
              <span className="min-w-0 flex-1 truncate" title={visibleText(edit.summary)}>
                {visibleText(edit.summary)}
                {edit.hosts > 1 && <span className="text-dim"> · {edit.hosts} hosts</span>}
              </span>
              {edit.undone ? (
                <span className="text-dim">taken back</span>
              ) : (
                <Button
                  look="quiet"
                  className="-mr-2.5"
                  disabled={!edit.revertible}
                  title={edit.revertible ? undefined : 'What was there before could not be kept'}
                  onClick={() => void actions.undo(edit.id)}
                >
                  Undo
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
