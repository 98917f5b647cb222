import { useState } from 'react';
import type { Families, Found, HostNames } from '../../../shared/contract/names.ts';
import { visibleText } from '../../../shared/escapeUnseen.ts';
import { useBerth } from '../../app/context.ts';
import { addressOf } from '../../app/route.ts';
import { useStore } from '../../state/store.ts';
import { Button } from '../../ui/Button.tsx';
import { cn } from '../../ui/cn.ts';
import { StatusGlyph } from '../../ui/Status.tsx';
import { byReason, foundWords, inOrder, verdictLook } from './model/nameWords.ts';

/** Hosts that are shown without being asked for. */
const firstRows = 12;

const ways = [
  { key: 'system', title: 'System', meaning: 'As programs look names up: getaddrinfo' },
  { key: 'dns', title: 'Our DNS', meaning: 'The DNS server of Berth, asked directly' },
  { key: 'hostsFile', title: 'Hosts file', meaning: 'Its lines, whoever wrote them' },
] as const;

/** How each host is found, by each way, over IPv4 and IPv6: what is wrong first. */
export function NamesTable({ hosts }: { readonly hosts: readonly HostNames[] }) {
  const [isWhole, setWhole] = useState(false);
  const all = inOrder(hosts);
  const shown = isWhole ? all : all.slice(0, firstRows);
  return (
    <>
      <div className="overflow-x-auto">
        <table className="w-full table-fixed border-collapse text-left">
          <caption className="sr-only">How each host is found</caption>
          <colgroup>
            <col />
            {ways.flatMap(({ key }) => [
              <col key={`${key}4`} className="w-23 max-[560px]:w-12" />,
              <col key={`${key}6`} className="w-12 max-[560px]:w-8" />,
            ])}
          </colgroup>
          <thead className="text-caption text-dim">
            <tr>
              <th rowSpan={2} scope="col" className="pb-1 align-bottom font-normal">
                Host
              </th>
              {ways.map(({ key, title, meaning }) => (
                <th
                  key={key}
                  colSpan={2}
                  scope="colgroup"
                  title={meaning}
                  className="pl-3 font-normal"
                >
                  {title}
                </th>
              ))}
            </tr>
            <tr>
              {ways.flatMap(({ key }) => [
                <th key={`${key}4`} scope="col" className="pb-1 pl-3 font-normal">
                  v4
                </th>,
                <th key={`${key}6`} scope="col" className="pb-1 pl-1 font-normal">
                  v6
                </th>,
              ])}
            </tr>
          </thead>
          {byReason(shown).map(({ reason, hosts: alike }) => (
            <tbody key={alike[0]?.host}>
              {reason !== '' && (
                <tr className="border-t border-line">
                  <th
                    colSpan={7}
                    scope="rowgroup"
                    className="pt-2 text-caption font-normal break-words text-dim"
                  >
                    {visibleText(reason)}
                  </th>
                </tr>
              )}
              {alike.map((host, index) => (
                <HostRow key={host.host} host={host} isLined={reason === '' || index > 0} />
              ))}
            </tbody>
          ))}
        </table>
      </div>
      {all.length > shown.length && (
        <Button className="mt-2" onClick={() => setWhole(true)}>
          Show all {all.length}
        </Button>
      )}
    </>
  );
}

function HostRow({ host, isLined }: { readonly host: HostNames; readonly isLined: boolean }) {
  const look = verdictLook(host);
  const name = visibleText(host.host);
  const isMapped = useStore(useBerth().live.hosts)?.has(host.host) === true;
  const nameLook = 'min-w-0 truncate font-mono text-mono';
  return (
    <tr className={cn(isLined && 'border-t border-line')}>
      <th scope="row" className="py-1.5 font-normal">
        <span className="flex min-w-0 items-center gap-2">
          <StatusGlyph status={look.status} says={look.word} />
          {isMapped ? (
            <a
              href={`#${addressOf('hosts', host.host)}`}
              title={name}
              className={cn(nameLook, 'hover:text-accent hover:underline')}
            >
              {name}
            </a>
          ) : (
            <span title={name} className={nameLook}>
              {name}
            </span>
          )}
        </span>
      </th>
      {ways.map(({ key }) => (
        <Cells key={key} families={host[key]} />
      ))}
    </tr>
  );
}

const Cells = ({ families }: { readonly families: Families }) => (
  <>
    <FoundCell found={families.v4} className="pl-3" />
    <FoundCell found={families.v6} className="pl-1" />
  </>
);

function FoundCell({ found, className }: { readonly found: Found; readonly className: string }) {
  const { text, title } = foundWords(found);
  return (
    <td
      title={title}
      className={cn(
        'truncate py-1.5 text-caption',
        className,
        found.kind === 'addresses' ? 'font-mono' : 'text-dim',
      )}
    >
      {text}
    </td>
  );
}
