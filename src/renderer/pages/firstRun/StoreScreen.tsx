import { useId } from 'react';
import { useBerth } from '../../app/context.ts';
import { useStore } from '../../state/store.ts';
import { isReached } from '../../state/storeReached.ts';
import { StatusGlyph } from '../../ui/Status.tsx';
import { StoreControl } from '../settings/sections/store.tsx';
import type { SettingsState } from '../settings/useSettings.ts';
import { SettingsPart } from './SettingsPart.tsx';

export function StoreScreen({ settings }: { readonly settings: SettingsState }) {
  const status = useStore(useBerth().live.status);
  const id = useId();
  const isUp = status !== null && isReached(status.store.state);
  return (
    <>
      <p id={id} className="mb-4 flex items-center gap-2">
        <StatusGlyph status={isUp ? 'up' : 'degraded'} />
        <span>
          In use: <span className="font-mono text-mono">{status?.store.driver ?? '–'}</span>
          {isUp ? '' : ', which does not answer'}
        </span>
      </p>
      <SettingsPart state={settings}>
        {(read) => (
          <div className="max-w-md [&>form]:items-start">
            <StoreControl settings={read} status={status} describedBy={id} />
          </div>
        )}
      </SettingsPart>
    </>
  );
}
