import { useEffect, useId, useMemo } from 'react';
import type { HostNames } from '../../../shared/contract/names.ts';
import { visibleText } from '../../../shared/escapeUnseen.ts';
import { useApi, useBerth } from '../../app/context.ts';
import { createLook } from '../../state/look.ts';
import { useStore } from '../../state/store.ts';
import { Button } from '../../ui/Button.tsx';
import { CommandLine } from '../../ui/CommandLine.tsx';
import { StatusGlyph } from '../../ui/Status.tsx';
import { LookState } from '../machine/LookState.tsx';
import { foundWords, verdictLook } from '../machine/model/nameWords.ts';
import { withoutNames } from '../machine/model/withoutNames.ts';
import { NamesButton, type NamesChanging, NamesOutcome } from '../machine/NamesChange.tsx';
import { SetupButton } from '../machine/setup/SetupButton.tsx';
import { useChange } from '../machine/useChange.ts';
import { type Looked, useLook } from '../machine/useLook.ts';
import { listOrNone } from '../settings/model/codecs.ts';
import { RefusalLine } from '../settings/RefusalLine.tsx';
import { TextControl } from '../settings/TextControl.tsx';
import { useSave } from '../settings/useSave.ts';
import type { Settings, SettingsState } from '../settings/useSettings.ts';
import { SettingsPart } from './SettingsPart.tsx';

/** Names under each suffix, looked up on this machine just now; and what makes it find them. */
export function NamesScreen({ settings }: { readonly settings: SettingsState }) {
  const { live, machine } = useBerth();
  const api = useApi();
  const status = useStore(live.status);
  const id = useId();
  const key = status?.suffixes.join(' ') ?? '';
  const look = useMemo(() => {
    const hosts = key === '' ? [] : key.split(' ').map((suffix) => `welcome.${suffix}`);
    return createLook((asked) => asked.names.look({ hosts }));
  }, [key]);
  const looked = useLook(look, key !== '');
  const isSettingUp = useStore(machine.isSettingUp);
  useEffect(() => {
    // What was set up may have changed what was found.
    if (!isSettingUp && api !== null && look.found.get() !== null) void look.start(api);
  }, [isSettingUp, api, look]);
  const changing: NamesChanging = useChange(() => {
    looked.again?.();
    if (api !== null) void machine.names.start(api);
  });
  if (status === null) return <p className="text-dim">Not connected.</p>;
  const { suffixes } = status;
  const hosts = looked.value?.hosts ?? [];
  const missing = hosts.find(({ verdict }) => verdict !== 'here');
  const curl = withoutNames(status, missing?.host).curl;
  return (
    <>
      <ul aria-label="Suffixes" className="flex flex-col divide-y divide-line border-y border-line">
        {suffixes.map((suffix, index) => (
          <li key={suffix} className="flex items-start gap-4 py-2">
            <div className="min-w-0 flex-1">
              <div className="truncate">
                <span className="font-mono text-mono">app.{suffix}</span>
                {index === 0 && <span className="ml-2 text-caption text-dim">the first</span>}
              </div>
              <Verdict
                found={hosts.find(({ host }) => host === `welcome.${suffix}`) ?? null}
                looked={looked}
              />
            </div>
            {index > 0 && settings.kind === 'read' && settings.settings.view.readOnly === null && (
              <MakeFirst settings={settings.settings} suffix={suffix} all={suffixes} />
            )}
          </li>
        ))}
      </ul>
      <div className="mt-3 flex flex-wrap items-center gap-3">
        {missing !== undefined && (
          <>
            <SetupButton />
            <NamesButton changing={changing} asked={{ action: 'install' }}>
              Names alone…
            </NamesButton>
          </>
        )}
        <div className="ml-auto">
          <LookState looked={looked} />
        </div>
      </div>
      <NamesOutcome changing={changing} />
      {missing !== undefined && curl !== null && (
        <div className="mt-4 flex flex-col gap-2">
          <p className="text-dim">
            Or leave it so, and ask the proxy by a name that leads nowhere:
          </p>
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
                codec={listOrNone}
                placeholder={suffixes.join(', ')}
                isWide
              />
            )}
          </SettingsPart>
        </div>
      </div>
    </>
  );
}

/** What the lookup of a name under a suffix came to. */
function Verdict({
  found,
  looked,
}: {
  readonly found: HostNames | null;
  readonly looked: Looked<unknown>;
}) {
  if (found === null) {
    return (
      <div className="text-caption text-dim">
        {looked.failure !== null ? 'It could not be looked up.' : 'Looking it up…'}
      </div>
    );
  }
  const look = verdictLook(found);
  const { v4, v6 } = found.system;
  return (
    <div className="flex items-start gap-1.5 text-caption">
      <StatusGlyph status={look.status} says="" />
      <span className="min-w-0 break-words text-dim">
        <span className="text-text">{look.word}</span>
        {found.reason === ''
          ? `: this system says ${[v4, v6].map((one) => foundWords(one).text).join(' and ')}`
          : `: ${visibleText(found.reason)}`}
      </span>
    </div>
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
