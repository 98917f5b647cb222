import type { HostView } from '../../../../shared/contract/hosts.ts';
import { visibleText } from '../../../../shared/escapeUnseen.ts';
import { limits } from '../../../../shared/limits.ts';
import { cn } from '../../../ui/cn.ts';
import { fieldLook } from '../../../ui/field.ts';
import type { HostActions } from '../actions.ts';
import { useDraft } from '../edit/useDraft.ts';
import { withWeight } from '../model/backendEdit.ts';

/** The share of the requests that a backend gets. */
export function Weight({
  host,
  url,
  actions,
}: {
  readonly host: HostView;
  readonly url: string;
  readonly actions: HostActions;
}) {
  const draft = useDraft<string>(host);
  const stored = host.options.weights[url] ?? 1;
  const value = draft.value ?? String(stored);
  const number = Number(value);
  const isWrong = !Number.isInteger(number) || number < 1 || number > limits.maxWeight;
  const save = (): void => {
    if (isWrong || number === stored) draft.discard();
    else {
      void draft.save((seen) =>
        actions.change(seen, ({ options: { weights } }) => ({
          options: { weights: withWeight(weights, url, number) },
        })),
      );
    }
  };
  return (
    <label className="flex items-center gap-1.5 text-caption text-dim">
      weight
      <input
        value={value}
        inputMode="numeric"
        aria-label={`Weight of ${visibleText(url)}, from 1 to ${limits.maxWeight}`}
        aria-invalid={isWrong}
        title={`Its share of the requests, from 1 to ${limits.maxWeight}`}
        onChange={(event) => draft.edit(event.currentTarget.value)}
        onBlur={save}
        onKeyDown={(event) => {
          if (event.key === 'Enter') save();
          else if (event.key === 'Escape' && draft.value !== null) draft.discard();
          else return;
          event.preventDefault();
        }}
        className={cn(fieldLook, 'w-12 text-right text-text')}
      />
    </label>
  );
}
