import { useId } from 'react';
import type { HostView } from '../../../../shared/contract/hosts.ts';
import { visibleText } from '../../../../shared/escapeUnseen.ts';
import { Button } from '../../../ui/Button.tsx';
import { cn } from '../../../ui/cn.ts';
import { fieldLook } from '../../../ui/field.ts';
import { Meanwhile } from './Meanwhile.tsx';
import { useDraft } from './useDraft.ts';

/** What was written into a field: what it means, or what is wrong with it. */
export type FieldReading =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly problem: string };

/** One line of a host that is written in place: Enter saves it, Esc takes it back. */
export function LineField({
  host,
  label,
  verb,
  first,
  placeholder,
  read,
  onCancel,
  onSave,
}: {
  readonly host: HostView;
  readonly label: string;
  readonly verb: string;
  readonly first: string;
  readonly placeholder: string;
  readonly read: (text: string) => FieldReading;
  /** Null where there is nothing to go back to: the field stands there always. */
  readonly onCancel: (() => void) | null;
  /** @returns whether it was written; what was typed stays where it was not */
  readonly onSave: (seen: HostView, value: string) => Promise<boolean>;
}) {
  const saysId = useId();
  const draft = useDraft<string>(host);
  const text = (draft.value ?? first).trim();
  const reading = text === '' ? null : read(text);
  return (
    <form
      className="flex w-full min-w-0 flex-col gap-1"
      onSubmit={(event) => {
        event.preventDefault();
        if (reading?.ok !== true) return;
        if (draft.value === null) void onSave(host, reading.value);
        else void draft.save((seen) => onSave(seen, reading.value));
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || (draft.value === null && onCancel === null)) return;
        event.preventDefault();
        draft.discard();
        onCancel?.();
      }}
    >
      <div className="flex items-center gap-2">
        <input
          // biome-ignore lint/a11y/noAutofocus: it takes the place of the button that opened it
          autoFocus={onCancel !== null}
          aria-label={visibleText(label)}
          aria-describedby={saysId}
          aria-invalid={reading?.ok === false}
          placeholder={placeholder}
          value={draft.value ?? first}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => draft.edit(event.currentTarget.value)}
          className={cn(fieldLook, 'min-w-0 flex-1 font-mono text-mono placeholder:text-dim')}
        />
        <Button type="submit" disabled={reading?.ok !== true}>
          {verb}
        </Button>
        {onCancel !== null && (
          <Button look="quiet" onClick={onCancel}>
            Cancel
          </Button>
        )}
      </div>
      <div id={saysId} aria-live="polite" className="flex flex-col gap-1 empty:hidden">
        {reading?.ok === false && (
          <p className="text-caption text-down">{visibleText(reading.problem)}</p>
        )}
        {reading?.ok === true && reading.value !== text && (
          <p className="text-caption text-dim">
            That is <span className="font-mono">{visibleText(reading.value)}</span>.
          </p>
        )}
        <Meanwhile changes={draft.meanwhile} />
      </div>
    </form>
  );
}
