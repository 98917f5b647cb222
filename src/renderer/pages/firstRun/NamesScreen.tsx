import { useId } from 'react';
import { useBerth } from '../../app/context.ts';
import { openAddress } from '../../app/outside.ts';
import { useStore } from '../../state/store.ts';
import { Button } from '../../ui/Button.tsx';
import { CommandLine } from '../../ui/CommandLine.tsx';
import { addressOfHost } from '../hosts/model/address.ts';
import { list } from '../settings/model/codecs.ts';
import { RefusalLine } from '../settings/RefusalLine.tsx';
import { TextControl } from '../settings/TextControl.tsx';
import { useSave } from '../settings/useSave.ts';
import type { Settings, SettingsState } from '../settings/useSettings.ts';
import { SettingsPart } from './SettingsPart.tsx';
import { needsNothing, welcomeUrl } from './welcome.ts';

export function NamesScreen({ settings }: { readonly settings: SettingsState }) {
  const { live, toasts } = useBerth();
  const status = useStore(live.status);
  const id = useId();
  if (status === null) return <p className="text-dim">Not connected.</p>;
  const { suffixes, listeners } = status;
  const url = welcomeUrl(status);
  const first = suffixes.find((suffix) => !needsNothing(suffix)) ?? suffixes[0];
  const curl =
    first === undefined
      ? null
      : addressOfHost(
          {
            name: `welcome.${first}`,
            traffic: null,
            host: { options: { redirectToHttps: false } },
          },
          listeners,
        )?.curl;
  return (
    <>
      <ul className="flex flex-col divide-y divide-line border-y border-line">
        {suffixes.map((suffix, index) => (
          <li key={suffix} className="flex items-center gap-4 py-2">
            <div className="min-w-0 flex-1">
              <div className="truncate">
                <span className="font-mono text-mono">app.{suffix}</span>
                {index === 0 && <span className="ml-2 text-caption text-dim">the first</span>}
              </div>
              <div className="text-caption text-dim">
                {needsNothing(suffix)
                  ? 'Works as it is: browsers lead every name under localhost to this machine.'
                  : 'Needs a name server, or a line in the hosts file, that leads it to this machine.'}
              </div>
            </div>
            {index > 0 && settings.kind === 'read' && settings.settings.view.readOnly === null && (
              <MakeFirst settings={settings.settings} suffix={suffix} all={suffixes} />
            )}
          </li>
        ))}
      </ul>
      {url !== null && (
        <div className="mt-4 flex items-center gap-4">
          <p className="min-w-0 flex-1 text-dim">
            See that it answers:{' '}
            <span className="font-mono text-mono break-all text-text">{url}</span>
          </p>
          <Button onClick={() => void openAddress(url).catch(toasts.failed)}>Open</Button>
        </div>
      )}
      {curl !== null && curl !== undefined && (
        <div className="mt-4 flex flex-col gap-2">
          <p className="text-dim">Or ask the proxy by a name that leads nowhere yet:</p>
          <CommandLine command={curl} />
        </div>
      )}
      <div className="mt-6">
        <div>Suffixes</div>
        <div id={id} className="mb-2 text-caption text-dim">
          Domains, parted by commas. Enter saves.
        </div>
        <div className="flex max-w-md flex-col gap-1">
          <SettingsPart state={settings}>
            {(read) => (
              <TextControl
                settings={read}
                name="suffixes"
                label="Suffixes"
                describedBy={id}
                codec={list}
                isWide
              />
            )}
          </SettingsPart>
        </div>
      </div>
    </>
  );
}

function MakeFirst({
  settings,
  suffix,
  all,
}: {
  readonly settings: Settings;
  readonly suffix: string;
  readonly all: readonly string[];
}) {
  const saving = useSave(settings, 'suffixes');
  return (
    <div className="flex max-w-64 flex-col items-end gap-1">
      <Button
        disabled={saving.state === 'saving'}
        onClick={() => void saving.save([suffix, ...all.filter((other) => other !== suffix)])}
      >
        Put {suffix} first
      </Button>
      <RefusalLine id={`first-${suffix}`} refusal={saving.refusal} />
    </div>
  );
}
