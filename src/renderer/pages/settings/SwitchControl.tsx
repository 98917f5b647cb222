import { useId } from 'react';
import { Switch } from '../../ui/Switch.tsx';
import { valueAt } from './model/view.ts';
import { FileState } from './Row.tsx';
import { useSave } from './useSave.ts';
import type { Settings } from './useSettings.ts';

/** A setting of the file that is on or off. */
export function SwitchControl({
  settings,
  name,
  label,
  describedBy,
}: {
  readonly settings: Settings;
  readonly name: string;
  readonly label: string;
  readonly describedBy: string;
}) {
  const refusalId = useId();
  const saving = useSave(settings, name);
  const standard = valueAt({ values: settings.view.defaults }, name);
  return (
    <>
      <div className="flex h-7 items-center">
        <Switch
          label={label}
          describedBy={`${describedBy} ${refusalId}`}
          isOn={valueAt(settings.view, name) === true}
          isDisabled={settings.view.readOnly !== null || saving.state === 'saving'}
          onChange={(isOn) => void saving.save(isOn)}
        />
      </div>
      <FileState
        settings={settings}
        name={name}
        saving={saving}
        refusalId={refusalId}
        standard={standard === true ? 'on' : 'off'}
      />
    </>
  );
}
