import { visibleText } from '../../../../shared/escapeUnseen.ts';
import { useApi, useBerth } from '../../../app/context.ts';
import { saveText } from '../../../app/outside.ts';
import { useStore } from '../../../state/store.ts';
import { Button } from '../../../ui/Button.tsx';
import { CommandLine } from '../../../ui/CommandLine.tsx';
import { exactTime } from '../../../ui/format.ts';
import { StatusGlyph } from '../../../ui/Status.tsx';
import { DocumentLink } from '../../documents/DocumentLink.tsx';
import { LookState } from '../../machine/LookState.tsx';
import {
  certificateLook,
  daysUntil,
  madeBy,
  mayCertify,
} from '../../machine/model/certificateWords.ts';
import { Line } from '../../machine/StepsPanel.tsx';
import { TrustLine, TrustStores } from '../../machine/TrustStores.tsx';
import { useLook } from '../../machine/useLook.ts';
import { useSeen } from '../../machine/useSeen.ts';
import { list } from '../model/codecs.ts';
import { PathValue } from '../PathValue.tsx';
import type { SettingRow, SettingSection } from '../Row.tsx';
import { TextControl } from '../TextControl.tsx';
import type { Settings } from '../useSettings.ts';
import { setupRow } from './setupRow.tsx';

/** Certificates, and who trusts them. */
export const httpsSection = (settings: Settings): SettingSection => ({
  id: 'https',
  title: 'HTTPS',
  rows: [
    setupRow,
    {
      label: 'Local CA',
      help: 'Makes a certificate for each host. It is of this machine alone; its key never leaves it.',
      words: 'certificate authority fingerprint download root',
      control: () => <AuthorityActions />,
      below: <Authority />,
    },
    {
      label: 'Trusted by',
      help: 'Tried by real handshakes. Nothing is changed before you have seen what.',
      words: 'trust untrust store keychain firefox chromium nss browser',
      control: () => <TrustLookState />,
      below: <Trust />,
    },
    {
      label: 'Certificates of hosts',
      help: 'Those that frontends bring as files, and those that were made since the start.',
      words: 'key cert files problems',
      control: () => (
        <p className="pt-1">
          <DocumentLink name="CERTIFICATES.md">All about certificates</DocumentLink>
        </p>
      ),
      below: <HostCertificates />,
    },
    ...fileRows(settings),
  ],
});

const fileRows = (settings: Settings): readonly SettingRow[] =>
  [
    {
      name: 'certificates.names',
      label: 'More names',
      help: 'Domains that the local CA may certify beside localhost and the suffixes. It has to be trusted anew then.',
    },
    {
      name: 'certificates.directories',
      label: 'Directories of certificates',
      help: 'Where frontends may take files of theirs from.',
    },
  ].map(({ name, label, help }) => ({
    label,
    help,
    words: name,
    control: (describedBy) => (
      <TextControl
        settings={settings}
        name={name}
        label={label}
        describedBy={describedBy}
        codec={list}
        isWide
      />
    ),
  }));

function AuthorityActions() {
  const { machine, toasts } = useBerth();
  const api = useApi();
  const { value, again } = useLook(machine.certificates, false);
  if (value === null) return <p className="pt-1 text-dim">–</p>;
  if (value.authority === null) {
    return (
      <Button
        disabled={api === null}
        onClick={() => {
          void api?.certificates.ensure().catch(toasts.failed).finally(again);
        }}
      >
        Create it
      </Button>
    );
  }
  return (
    <Button
      disabled={api === null}
      onClick={() => {
        void api?.certificates
          .authority()
          .then(({ name, pem }) => saveText(name, 'application/x-pem-file', pem))
          .catch(toasts.failed);
      }}
    >
      Download certificate
    </Button>
  );
}

function Authority() {
  const { machine, clock } = useBerth();
  const { ref, isSeen } = useSeen<HTMLDivElement>();
  const { value, failure } = useLook(machine.certificates, isSeen);
  const now = useStore(clock);
  const authority = value?.authority ?? null;
  return (
    <div ref={ref} className="mt-1">
      {failure !== null && <p className="text-down">▲ {failure}</p>}
      {value?.problems
        .filter(({ kind }) => kind === 'authority')
        .map(({ says }) => (
          <Line key={says} look={{ status: 'down', word: 'problem' }}>
            {visibleText(says)}.
          </Line>
        ))}
      {value !== null && authority === null && (
        <p className="text-dim">There is none yet: the first handshake makes it, or trust.</p>
      )}
      {authority !== null && (
        <dl className="grid grid-cols-[7rem_minmax(0,1fr)] gap-x-4 gap-y-1">
          <dt className="text-dim">Name</dt>
          <dd className="break-words">{visibleText(authority.subject)}</dd>
          <dt className="text-dim">SHA-256</dt>
          <dd className="font-mono text-mono break-all select-all">{authority.fingerprint}</dd>
          <dt className="text-dim">Valid</dt>
          <dd className="tabular-nums">
            {exactTime(authority.from)} to {exactTime(authority.to)}
            <span className="text-dim"> · ends {daysUntil(authority.to, now)}</span>
          </dd>
          <dt className="text-dim">May certify</dt>
          <dd className="break-words">
            <span className="font-mono text-mono">{mayCertify(authority)}</span>
            <span className="text-dim"> · and what is below</span>
          </dd>
          <dt className="text-dim">Certificate</dt>
          <dd className="[&>div]:justify-start">
            <PathValue path={authority.path} reveal={null} />
          </dd>
        </dl>
      )}
    </div>
  );
}

function TrustLookState() {
  const { machine } = useBerth();
  return <LookState looked={useLook(machine.trust, false)} verb="Try again" working="Trying…" />;
}

function Trust() {
  const { machine } = useBerth();
  const { ref, isSeen } = useSeen<HTMLDivElement>();
  const trust = useLook(machine.trust, isSeen);
  const certificates = useLook(machine.certificates, isSeen);
  const isOutgrown = certificates.value?.authority?.isOutgrown === true;
  const needed = certificates.value?.needed ?? [];
  return (
    <div ref={ref} className="mt-2 flex flex-col gap-2">
      {trust.value === null ? (
        <p className="text-dim">{trust.failure === null ? 'Looking…' : 'Nothing is known.'}</p>
      ) : (
        <>
          <TrustLine view={trust.value} />
          {isOutgrown && (
            <Line look={{ status: 'degraded', word: 'outdated' }}>
              The certificate of the CA does not cover all that is needed now ({needed.join(', ')}),
              or it is near its end. It gets another one, which has to be trusted anew; the one
              before stays good for what it allowed.
            </Line>
          )}
          <div>
            <TrustStores
              view={trust.value}
              isOutgrown={isOutgrown}
              onChanged={() => {
                trust.again?.();
                certificates.again?.();
              }}
            />
          </div>
          {trust.value.hints.map(({ id, title, says, commands }) => (
            <details key={id} className="text-caption">
              <summary className="w-fit cursor-pointer rounded-sm text-dim">{title}</summary>
              <p className="mt-1 break-words text-dim">{visibleText(says)}</p>
              <div className="mt-1 flex flex-col gap-1.5">
                {commands.map((command) => (
                  <CommandLine key={command} command={command} />
                ))}
              </div>
            </details>
          ))}
        </>
      )}
    </div>
  );
}

function HostCertificates() {
  const { machine, clock } = useBerth();
  const { value } = useLook(machine.certificates, false);
  const now = useStore(clock);
  if (value === null) return null;
  const problems = value.problems.filter(({ kind }) => kind !== 'authority');
  return (
    <div className="mt-2 flex flex-col gap-2">
      {problems.map(({ kind, host, says }) => (
        <Line
          key={`${kind} ${host}`}
          look={
            kind === 'files'
              ? { status: 'down', word: 'problem' }
              : { status: 'degraded', word: 'not permitted' }
          }
        >
          {host !== null && kind === 'files' && (
            <span className="font-mono text-mono">{visibleText(host)}: </span>
          )}
          {visibleText(says)}.
        </Line>
      ))}
      {value.hosts.length === 0 && problems.length === 0 && (
        <p className="text-dim">None yet: nobody has asked for a host over HTTPS.</p>
      )}
      {value.hosts.length > 0 && (
        <ul
          aria-label="Certificates of hosts"
          className="max-h-72 divide-y divide-line overflow-auto border-y border-line"
        >
          {value.hosts.map((certificate) => {
            const { host, to, fingerprint } = certificate;
            const look = certificateLook(certificate, now);
            return (
              <li key={fingerprint} className="flex items-center gap-3 py-1.5">
                <StatusGlyph status={look.status} says={look.word} />
                <span className="min-w-0 flex-1 truncate font-mono text-mono">
                  {host === null ? '(no host named)' : visibleText(host)}
                </span>
                <span className="min-w-0 truncate text-caption text-dim">
                  {visibleText(madeBy(certificate))}
                </span>
                <span title={exactTime(to)} className="shrink-0 text-caption text-dim tabular-nums">
                  ends {daysUntil(to, now)}
                </span>
              </li>
            );
          })}
        </ul>
      )}
      {value.left > 0 && <p className="text-caption text-dim">and {value.left} more</p>}
    </div>
  );
}
