import type { NamesView } from '../../../../shared/contract/names.ts';
import { visibleText } from '../../../../shared/escapeUnseen.ts';
import { useBerth } from '../../../app/context.ts';
import { useStore } from '../../../state/store.ts';
import { CommandLine } from '../../../ui/CommandLine.tsx';
import { StatusGlyph } from '../../../ui/Status.tsx';
import { DocumentLink } from '../../documents/DocumentLink.tsx';
import { LookState } from '../../machine/LookState.tsx';
import { countWords, type LookOf } from '../../machine/model/nameWords.ts';
import { hostsFileLook, resolverLook } from '../../machine/model/wayWords.ts';
import { withoutNames } from '../../machine/model/withoutNames.ts';
import { NamesButton, type NamesChanging, NamesOutcome } from '../../machine/NamesChange.tsx';
import { NamesTable } from '../../machine/NamesTable.tsx';
import { Line } from '../../machine/StepsPanel.tsx';
import { useChange } from '../../machine/useChange.ts';
import { useLook } from '../../machine/useLook.ts';
import { useSeen } from '../../machine/useSeen.ts';
import { listOrNone, number } from '../model/codecs.ts';
import type { SettingRow, SettingSection } from '../Row.tsx';
import { SwitchControl } from '../SwitchControl.tsx';
import { TextControl } from '../TextControl.tsx';
import type { Settings } from '../useSettings.ts';
import { setupRow } from './setupRow.tsx';

/** Which names hosts have, and how this machine finds them. */
export const namesSection = (settings: Settings): SettingSection => ({
  id: 'names',
  title: 'Names',
  rows: [
    suffixesRow(settings),
    setupRow,
    {
      label: 'How hosts are found',
      help: 'Each is looked up just now: as programs do, at the DNS server of Berth, and in the hosts file.',
      words: 'resolve dns lookup ipv4 ipv6 verdict found',
      control: () => <NamesLookState />,
      below: <FoundHosts />,
    },
    {
      label: 'Hosts file',
      help: 'Two lines for each host. It works without a network and without Berth running; it knows no wildcards.',
      words: 'install uninstall etc hosts block',
      control: () => <WayState of={({ hostsFile }) => hostsFileLook(hostsFile)} />,
      below: <Way way="hosts-file" />,
    },
    {
      label: 'DNS of this machine',
      help: 'The resolver of the system is told to ask Berth for names under the suffixes, and for nothing else.',
      words: 'install uninstall resolver systemd-resolved dnsmasq networkmanager nrpt',
      control: () => <WayState of={({ resolver }) => resolverLook(resolver)} />,
      below: <Way way="dns" />,
    },
    ...serverRows(settings),
    {
      label: 'Without any of these',
      help: 'A browser takes a script for its proxy; curl is told where a name leads.',
      words: 'pac proxy script curl resolve',
      control: () => (
        <p className="pt-1">
          <DocumentLink name="NAMES.md">All about names</DocumentLink>
        </p>
      ),
      below: <WithoutNames />,
    },
  ],
});

const suffixesRow = (settings: Settings): SettingRow => ({
  label: 'Suffixes',
  help: 'One frontend answers under each. A single word gets the first. Browsers find localhost by themselves; the others need a way below.',
  words: 'suffixes',
  control: (describedBy) => (
    <TextControl
      settings={settings}
      name="suffixes"
      label="Suffixes"
      describedBy={describedBy}
      codec={listOrNone}
      placeholder="none named: frontends answer to their own names alone"
      isWide
    />
  ),
});

const serverRows = (settings: Settings): readonly SettingRow[] => [
  {
    label: 'Keep the hosts file',
    help: 'Its block follows the hosts by itself. It takes an instance that may write the file.',
    words: 'names.hostsFile',
    control: (describedBy) => (
      <SwitchControl
        settings={settings}
        name="names.hostsFile"
        label="Keep the hosts file"
        describedBy={describedBy}
      />
    ),
  },
  {
    label: 'Port of the DNS server',
    help: 'On 127.0.0.1, by UDP and TCP. 0: any free one.',
    words: 'names.dnsPort',
    control: (describedBy) => (
      <TextControl
        settings={settings}
        name="names.dnsPort"
        label="Port of the DNS server"
        describedBy={describedBy}
        codec={number}
        placeholder="none"
      />
    ),
  },
];

function NamesLookState() {
  const { names } = useBerth().machine;
  return <LookState looked={useLook(names, false)} />;
}

function FoundHosts() {
  const { names } = useBerth().machine;
  const { ref, isSeen } = useSeen<HTMLDivElement>();
  const { value, isLooking, failure } = useLook(names, isSeen);
  return (
    <div ref={ref} className="mt-2 flex flex-col gap-2">
      {value === null ? (
        <p className="text-dim">
          {failure !== null ? 'Nothing is known.' : isLooking ? 'Looking…' : 'Not looked at yet.'}
        </p>
      ) : (
        <>
          <p className="text-dim">{countWords(value.hosts)}</p>
          {value.findings.map(({ id, severity, says, fix }) => (
            <Line
              key={id}
              look={
                severity === 'problem'
                  ? { status: 'down', word: 'problem' }
                  : { status: 'degraded', word: 'warning' }
              }
            >
              {visibleText(says)}. <span className="text-dim">{visibleText(fix)}</span>
            </Line>
          ))}
          {value.hosts.length > 0 && <NamesTable hosts={value.hosts} />}
          <Beyond view={value} />
        </>
      )}
    </div>
  );
}

/** Hosts that no line of the hosts file is for by itself. */
function Beyond({ view: { wildcards, foreign, byHand } }: { readonly view: NamesView }) {
  return (
    <>
      {wildcards.length > 0 && (
        <p className="text-caption break-words text-dim">DNS alone can say: {some(wildcards)}</p>
      )}
      {byHand.length > 0 && (
        <p className="text-caption break-words text-dim">
          Under no suffix, and asked for by name: {some(byHand)}
        </p>
      )}
      {foreign.length > 0 && (
        <p className="text-caption break-words text-dim">
          Under no suffix, and so in the hosts file only when asked for by name (berth names install
          HOST): {some(foreign)}
        </p>
      )}
    </>
  );
}

const some = (names: readonly string[]): string =>
  names.slice(0, 6).map(visibleText).join(', ') +
  (names.length > 6 ? ` and ${names.length - 6} more` : '');

function WayState({
  of,
}: {
  readonly of: (view: NamesView) => LookOf & { readonly says: string };
}) {
  const { names } = useBerth().machine;
  const { value } = useLook(names, false);
  if (value === null) return <p className="pt-1 text-dim">–</p>;
  const look = of(value);
  return (
    <div className="pt-1">
      <StatusGlyph status={look.status} says={look.word} word />
    </div>
  );
}

function Way({ way }: { readonly way: 'hosts-file' | 'dns' }) {
  const { names } = useBerth().machine;
  const looked = useLook(names, false);
  const changing: NamesChanging = useChange(() => looked.again?.());
  const view = looked.value;
  if (view === null) return null;
  const look = way === 'dns' ? resolverLook(view.resolver) : hostsFileLook(view.hostsFile);
  return (
    <div>
      {look.says !== '' && (
        <p className="text-caption break-words text-dim">{visibleText(look.says)}</p>
      )}
      <div className="mt-1.5 flex gap-2 empty:hidden">
        {look.canInstall && (
          <NamesButton changing={changing} asked={{ action: 'install', way }}>
            {look.word === 'outdated' ? 'Update…' : 'Install…'}
          </NamesButton>
        )}
        {look.canRemove && (
          <NamesButton changing={changing} asked={{ action: 'uninstall', way }}>
            Remove…
          </NamesButton>
        )}
      </div>
      <NamesOutcome changing={changing} />
    </div>
  );
}

function WithoutNames() {
  const status = useStore(useBerth().live.status);
  const { script, curl } = status === null ? { script: null, curl: null } : withoutNames(status);
  if (script === null) return <p className="mt-1 text-dim">Nothing listens for plain HTTP.</p>;
  return (
    <div className="mt-2 flex flex-col gap-1.5">
      <CommandLine label="Script" command={script} />
      {curl !== null && <CommandLine label="curl" command={curl} />}
    </div>
  );
}
