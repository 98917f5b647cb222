import type { HostView } from '../../../../shared/contract/hosts.ts';
import { Button } from '../../../ui/Button.tsx';
import { cn } from '../../../ui/cn.ts';
import { fieldLook } from '../../../ui/field.ts';
import { Meanwhile } from '../edit/Meanwhile.tsx';
import { useDraft } from '../edit/useDraft.ts';

/** One line of text of a host: Enter saves, Esc takes it back. */
export function TextSetting({
  host,
  label,
  describedBy,
  value,
  onSave,
}: {
  readonly host: HostView;
  readonly label: string;
  readonly describedBy: string;
  readonly value: string;
  readonly onSave: (seen: HostView, value: string) => Promise<boolean>;
}) {
  const draft = useDraft<string>(host);
  const isChanged = draft.value !== null && draft.value !== value;
  return (
    <form
      className="flex flex-col items-end gap-1"
      onSubmit={(event) => {
        event.preventDefault();
        void draft.save(onSave);
      }}
    >
      <div className="flex items-center gap-2">
        <input
          aria-label={label}
          aria-describedby={describedBy}
          value={draft.value ?? value}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => draft.edit(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape' || draft.value === null) return;
            event.preventDefault();
            draft.discard();
          }}
          className={cn(fieldLook, 'w-56 font-mono text-mono')}
        />
        {isChanged && (
          <Button look="primary" type="submit">
            Save
          </Button>
        )}
      </div>
      <Meanwhile changes={draft.meanwhile} />
    </form>
  );
}
