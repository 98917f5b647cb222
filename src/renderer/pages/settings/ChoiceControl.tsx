import { useId } from 'react';
import { cn } from '../../ui/cn.ts';
import { fieldLook } from '../../ui/field.ts';
import { valueAt } from './model/view.ts';
import { FileState } from './Row.tsx';
import { useSave } from './useSave.ts';
import type { Settings } from './useSettings.ts';

/** A setting of the file that is one of a few words. */
export function ChoiceControl({
  settings,
  name,
  label,
  describedBy,
  choices,
}: {
  readonly settings: Settings;
  readonly name: string;
  readonly label: string;
  readonly describedBy: string;
  readonly choices: readonly { readonly value: string; readonly word: string }[];
}) {
  const refusalId = useId();
  const saving = useSave(settings, name);
  return (
    <>
      <select
        aria-label={label}
        aria-describedby={`${describedBy} ${refusalId}`}
        aria-invalid={saving.refusal !== null}
        value={String(valueAt(settings.view, name))}
        disabled={settings.view.readOnly !== null || saving.state === 'saving'}
        onChange={(event) => void saving.save(event.currentTarget.value)}
        className={cn(fieldLook, 'w-56')}
      >
        {choices.map(({ value, word }) => (
          <option key={value} value={value}>
            {word}
          </option>
        ))}
      </select>
      <FileState
        settings={settings}
        name={name}
        saving={saving}
        refusalId={refusalId}
        standard={String(valueAt({ values: settings.view.defaults }, name))}
      />
    </>
  );
}
