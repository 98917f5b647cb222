import { useMemo } from 'react';
import type { Families } from '../../../../shared/contract/names.ts';
import { visibleText } from '../../../../shared/escapeUnseen.ts';
import { frontendNameOf, underOtherSuffixes } from '../../../../shared/model/lookup.ts';
import { sampleName } from '../../../../shared/model/openUrl.ts';
import { useBerth } from '../../../app/context.ts';
import { addressOf } from '../../../app/route.ts';
import { createLook } from '../../../state/look.ts';
import { useStore } from '../../../state/store.ts';
import { CommandLine } from '../../../ui/CommandLine.tsx';
import { exactTime } from '../../../ui/format.ts';
import { LookState } from '../../machine/LookState.tsx';
import {
  certificateLook,
  daysUntil,
  madeBy,
  servedWith,
} from '../../machine/model/certificateWords.ts';
import { foundWords, verdictLook } from '../../machine/model/nameWords.ts';
import { Line } from '../../machine/StepsPanel.tsx';
import { useLook } from '../../machine/useLook.ts';
import type { HostActions } from '../actions.ts';
import { addressOfHost } from '../model/address.ts';
import type { HostRow } from '../model/rows.ts';
import { Section } from './Section.tsx';

/** How a host is found on this machine, and with which certificate it is served: both as they were looked at just now. */
export function Reach({ row, actions }: { readonly row: HostRow; readonly actions: HostActions }) {
  const { name } = row;
  // A wildcard is no name: one that it matches is looked up.
  const host = name.startsWith('*') ? (row.traffic?.lastHost ?? sampleName(name)) : name;
  const look = useMemo(() => createLook((api) => api.names.look({ hosts: [host] })), [host]);
  const looked = useLook(look);
  const found = looked.value?.hosts.find((one) => one.host === host) ?? null;
  const verdict = found === null ? null : verdictLook(found);
  const address = actions.addressOf(row);
  const findings = looked.value?.findings ?? [];
  return (
    <Section
      title="Name and certificate"
      aside={
        <div className="ml-auto">
          <LookState looked={looked} />
        </div>
      }
    >
      <div className="flex flex-col gap-2">
        {found === null || verdict === null ? (
          <p className="text-dim">
            {looked.failure === null ? 'Looking the name up…' : 'It is not known how it is found.'}
          </p>
        ) : (
          <Line look={verdict}>
            {found.verdict === 'here'
              ? `Found: this system says ${addresses(found.system)}.`
              : visibleText(found.reason)}
            {host === name ? '' : ` Looked up as ${visibleText(host)}.`}{' '}
            {found.verdict !== 'here' && (
              <a
                href={`#${addressOf('settings', 'names')}`}
                className="text-accent underline underline-offset-2"
              >
                Fix
              </a>
            )}
          </Line>
        )}
        {found !== null &&
          found.verdict !== 'here' &&
          findings.map(({ id, says }) => (
            <p key={id} className="pl-5 text-caption break-words text-dim">
              {visibleText(says)}
            </p>
          ))}
        <Certificate host={host} name={name} />
        <AlsoAt host={host} row={row} />
        {address !== null && found !== null && found.verdict !== 'here' && (
          <CommandLine label="curl" command={address.curl} />
        )}
      </div>
    </Section>
  );
}

/** Its addresses under the other suffixes, where no other host answers. */
function AlsoAt({ host, row }: { readonly host: string; readonly row: HostRow }) {
  const { live } = useBerth();
  const status = useStore(live.status);
  const hosts = useStore(live.hosts);
  const urls = useMemo(() => {
    // The host for all others has no names that could be told.
    if (status === null || hosts === null || row.name === '*') return [];
    const { sharedSuffixes, listeners } = status;
    const isOwn = (other: string): boolean =>
      frontendNameOf(other, sharedSuffixes, (one) => hosts.has(one)) === row.name;
    return underOtherSuffixes(host, sharedSuffixes)
      .filter(isOwn)
      .flatMap((name) => addressOfHost({ ...row, name }, listeners)?.url ?? []);
  }, [status, hosts, host, row]);
  return urls.map((url) => <CommandLine key={url} label="Also at" command={url} />);
}

const addresses = ({ v4, v6 }: Families): string =>
  [v4, v6]
    .filter(({ kind }) => kind === 'addresses')
    .map((one) => foundWords(one).text)
    .join(' and ');

/** With what it is served over HTTPS, where anything listens for that. */
function Certificate({ host, name }: { readonly host: string; readonly name: string }) {
  const { live, machine, clock } = useBerth();
  const isSecure = useStore(live.status)?.listeners.some(({ secure }) => secure) === true;
  const { value } = useLook(machine.certificates, isSecure);
  const now = useStore(clock);
  if (!isSecure) return <p className="text-dim">Nothing listens for HTTPS here.</p>;
  if (value === null) return null;
  const problems = value.problems.filter(
    (problem) => problem.kind === 'authority' || problem.host === host || problem.host === name,
  );
  const served = servedWith(host, name, value);
  return (
    <>
      {problems.map(({ kind, says }) => (
        <Line
          key={kind}
          look={{ status: kind === 'not-permitted' ? 'degraded' : 'down', word: 'problem' }}
        >
          {visibleText(says)}. <SettingsLink />
        </Line>
      ))}
      {served.kind === 'certificate' && (
        <Line look={certificateLook(served.certificate, now)}>
          Served with a certificate {visibleText(madeBy(served.certificate))}; it ends{' '}
          <span title={exactTime(served.certificate.to)}>
            {daysUntil(served.certificate.to, now)}
          </span>
          . <SettingsLink />
        </Line>
      )}
      {served.kind === 'on-demand' && problems.length === 0 && (
        <Line look={{ status: 'unknown', word: 'not asked for' }}>
          Nobody has asked for it over HTTPS yet: the local CA makes its certificate then.{' '}
          <SettingsLink />
        </Line>
      )}
      {served.kind === 'not-covered' && problems.length === 0 && (
        <Line look={{ status: 'degraded', word: 'not covered' }}>
          The local CA may not certify it, as it lies under none of {served.needed.join(', ')}: a
          browser would say that the name is wrong. <SettingsLink />
        </Line>
      )}
    </>
  );
}

const SettingsLink = () => (
  <a
    href={`#${addressOf('settings', 'https')}`}
    className="text-accent underline underline-offset-2"
  >
    HTTPS settings
  </a>
);
