import { useId } from 'react';
import { useBerth } from '../../app/context.ts';
import { useStore } from '../../state/store.ts';
import { StatusGlyph } from '../../ui/Status.tsx';
import { number } from '../settings/model/codecs.ts';
import { TextControl } from '../settings/TextControl.tsx';
import type { SettingsState } from '../settings/useSettings.ts';
import { portsOf } from './model/ports.ts';
import { SettingsPart } from './SettingsPart.tsx';

export function PortsScreen({ settings }: { readonly settings: SettingsState }) {
  const status = useStore(useBerth().live.status);
  const id = useId();
  if (status === null) return <p className="text-dim">Not connected.</p>;
  const { served, why } = portsOf(status);
  return (
    <>
      <ul className="flex flex-col gap-1">
        {served.map((address) => (
          <li key={address} className="flex items-center gap-2">
            <StatusGlyph status="up" />
            <span className="font-mono text-mono">{address}</span>
          </li>
        ))}
      </ul>
      {why.map((sentence) => (
        <p key={sentence} className="mt-3">
          {sentence}
        </p>
      ))}
      <div className="mt-6 flex items-start gap-6 border-t border-line pt-4">
        <div className="min-w-0 flex-1 pt-1">
          <div>Another port</div>
          <div id={id} className="text-caption text-dim">
            Saved with Enter, and served at once; one that is not free is refused.
          </div>
        </div>
        <div className="flex flex-col items-end gap-1">
          <SettingsPart state={settings}>
            {(read) => (
              <TextControl
                settings={read}
                name="http.port"
                label="Another port"
                describedBy={id}
                codec={number}
              />
            )}
          </SettingsPart>
        </div>
      </div>
    </>
  );
}
