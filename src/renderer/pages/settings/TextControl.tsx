import { useId, useRef, useState } from 'react';
import { cn } from '../../ui/cn.ts';
import { fieldLook } from '../../ui/field.ts';
import { ConfigFile } from './ConfigFile.tsx';
import type { Codec } from './model/codecs.ts';
import { valueAt } from './model/view.ts';
import { FileState } from './Row.tsx';
import { useSave } from './useSave.ts';
import type { Settings } from './useSettings.ts';

/** A setting of the file as one line: Enter, or leaving the field, saves what was changed; Esc takes it back. */
export function TextControl({
  settings,
  name,
  codec,
  label,
  describedBy,
  unit,
  placeholder,
  isWide = false,
}: {
  readonly settings: Settings;
  readonly name: string;
  readonly codec: Codec;
  readonly label: string;
  readonly describedBy: string;
  readonly unit?: string;
  readonly placeholder?: string;
  readonly isWide?: boolean;
}) {
  const refusalId = useId();
  const saving = useSave(settings, name);
  const [draft, setDraft] = useState<string | null>(null);
  /** What was saved or refused last: leaving the field does not ask again. */
  const asked = useRef<string | null>(null);
  const shown = codec.show(valueAt(settings.view, name));
  const standard = codec.show(valueAt({ values: settings.view.defaults }, name));
  if (shown === null) {
    return (
      <>
        <p className="pt-1 text-dim">Set in the file, and changed there:</p>
        <ConfigFile settings={settings} />
      </>
    );
  }

  const discard = (): void => {
    asked.current = null;
    setDraft(null);
    saving.clear();
  };
  const commit = async (): Promise<void> => {
    if (draft === null || draft === asked.current) return;
    if (draft === shown) return discard();
    const read = codec.read(draft);
    if (!read.ok) return saving.refuse({ text: read.problem, code: null });
    asked.current = draft;
    if (!(await saving.save(read.value))) return;
    asked.current = null;
    // What was typed meanwhile stays.
    setDraft((now) => (now === draft ? null : now));
  };
  return (
    <>
      <div className={cn('flex items-center gap-2', isWide && 'w-full')}>
        <input
          aria-label={label}
          aria-describedby={`${describedBy} ${refusalId}`}
          aria-invalid={saving.refusal !== null}
          value={draft ?? shown}
          placeholder={placeholder}
          readOnly={settings.view.readOnly !== null}
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
          onChange={(event) => {
            saving.clear();
            setDraft(event.currentTarget.value);
          }}
          onBlur={() => void commit()}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing) return;
            if (event.key === 'Enter' && draft !== null) {
              asked.current = null;
              void commit();
            } else if (event.key === 'Escape' && draft !== null) discard();
            else return;
            event.preventDefault();
          }}
          className={cn(
            fieldLook,
            'font-mono text-mono placeholder:text-dim read-only:bg-page read-only:text-dim',
            isWide ? 'w-full min-w-0' : 'w-24 text-right',
          )}
        />
        {unit !== undefined && <span className="w-8 text-dim">{unit}</span>}
      </div>
      <FileState
        settings={settings}
        name={name}
        saving={saving}
        refusalId={refusalId}
        standard={standard !== null && standard.length <= 24 ? standard : null}
      />
    </>
  );
}
