import { ArrowLeft, MoreHorizontal } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { visibleText } from '../../../../shared/escapeUnseen.ts';
import type { Command } from '../../../app/commands.ts';
import { useBerth, useIsCurrent } from '../../../app/context.ts';
import { addressOf } from '../../../app/route.ts';
import { useCommands } from '../../../app/useCommands.ts';
import { shownState } from '../../../state/lastKnown.ts';
import { useStore } from '../../../state/store.ts';
import { Button } from '../../../ui/Button.tsx';
import { StatusGlyph } from '../../../ui/Status.tsx';
import { HostMappings } from '../../containers/HostMappings.tsx';
import { Chip } from '../HostLine.tsx';
import { HostMenu } from '../HostMenu.tsx';
import type { HostRow } from '../model/rows.ts';
import { useHostActions } from '../useHostActions.ts';
import { useLatest } from '../useLatest.ts';
import { useRows } from '../useRows.ts';
import { Backends } from './Backends.tsx';
import { HealthCheckForm } from './HealthCheckForm.tsx';
import { History } from './History.tsx';
import { Numbers } from './Numbers.tsx';
import { Options } from './Options.tsx';
import { Reach } from './Reach.tsx';

/** Everything about one host, to be changed in place. */
export function HostDetail({ name }: { readonly name: string }) {
  const { router, hostsView } = useBerth();
  const shownName = visibleText(name);
  const rows = useRows();
  const row = rows?.get(name) ?? null;
  const actions = useHostActions();
  const latest = useLatest(row);
  const adding = useRef<HTMLDivElement>(null);
  const shown = shownState(row?.status ?? 'unknown', useIsCurrent());
  useEffect(() => hostsView.left.set(name), [hostsView, name]);
  useCommands(
    useMemo((): readonly Command[] => {
      const onRow = (use: (row: HostRow) => unknown) => () =>
        latest.current === null ? false : void use(latest.current);
      const command = (id: string, title: string, key: string, run: () => unknown): Command => ({
        id: `host.${id}`,
        title,
        group: 'Hosts',
        keys: [key],
        run,
      });
      return [
        command('back', 'Back to all hosts', 'esc', () => router.go(addressOf('hosts'))),
        command('open', 'Open this host in the browser', 'o', onRow(actions.open)),
        command('copy', 'Copy the address of this host', 'y', onRow(actions.copyUrl)),
        command('curl', 'Copy this host as curl', 'c', onRow(actions.copyCurl)),
        command('add-backend', 'Add a backend to this host', 'b', () => {
          const field = adding.current?.querySelector('input') ?? null;
          return field === null ? false : field.focus();
        }),
        command(
          'check',
          'Check the backends of this host',
          'r',
          onRow(() => actions.check(name)),
        ),
        command(
          'pause',
          'Pause or resume this host',
          'p',
          onRow(({ host }) => actions.setPaused([host], !host.options.paused)),
        ),
      ];
    }, [router, actions, latest, name]),
  );
  return (
    <>
      <header className="flex h-12 shrink-0 items-center gap-3 border-b border-line px-4">
        <a
          href={`#${addressOf('hosts')}`}
          aria-label="All hosts"
          title="All hosts (Esc)"
          className="-ml-1.5 flex size-7 items-center justify-center rounded-md text-dim hover:bg-hover hover:text-text"
        >
          <ArrowLeft aria-hidden size={16} />
        </a>
        {row !== null && <StatusGlyph status={shown.state} title={shown.title} />}
        <h1 title={shownName} className="min-w-0 truncate font-mono text-heading font-semibold">
          {shownName}
        </h1>
        {name.startsWith('*') && <Chip>wildcard</Chip>}
        {row !== null && <HeaderActions row={row} />}
      </header>
      <div className="relative min-h-0 flex-1 overflow-auto px-6">
        <div className="max-w-4xl pb-10">
          {row === null ? (
            <Missing name={name} isKnown={rows !== null} />
          ) : (
            <>
              <Numbers name={name} traffic={row.traffic} />
              <Findings row={row} />
              <Backends row={row} actions={actions} adding={adding} />
              <HostMappings name={name} />
              <Reach row={row} actions={actions} />
              <Options host={row.host} actions={actions} />
              <HealthCheckForm host={row.host} actions={actions} />
            </>
          )}
          {rows !== null && <History name={name} host={row?.host ?? null} actions={actions} />}
        </div>
      </div>
    </>
  );
}

function HeaderActions({ row }: { readonly row: HostRow }) {
  const actions = useHostActions();
  const { router } = useBerth();
  const rows = useStore(useBerth().live.hosts);
  const [menu, setMenu] = useState<{ readonly x: number; readonly y: number } | null>(null);
  const hasAddress = actions.addressOf(row) !== null;
  return (
    <div className="ml-auto flex shrink-0 items-center gap-1.5">
      <Button disabled={!hasAddress} onClick={() => void actions.open(row)}>
        Open
      </Button>
      <Button
        disabled={!hasAddress}
        onClick={() => void actions.copyUrl(row)}
        className="max-[820px]:hidden"
      >
        Copy address
      </Button>
      <Button
        onClick={() => void actions.setPaused([row.host], !row.host.options.paused)}
        className="max-[820px]:hidden"
      >
        {row.host.options.paused ? 'Resume' : 'Pause'}
      </Button>
      <Button
        look="quiet"
        aria-label={`More for ${visibleText(row.name)}`}
        aria-haspopup="menu"
        className="px-1.5"
        onClick={(event) => {
          const { right, bottom } = event.currentTarget.getBoundingClientRect();
          setMenu({ x: right, y: bottom });
        }}
      >
        <MoreHorizontal aria-hidden size={16} />
      </Button>
      {menu !== null && rows !== null && (
        <HostMenu
          row={row}
          at={menu}
          actions={actions}
          onRemoved={() => router.go(addressOf('hosts'))}
          onClose={() => setMenu(null)}
        />
      )}
    </div>
  );
}

function Findings({ row }: { readonly row: HostRow }) {
  const { findings } = row.host;
  if (findings.length === 0) return null;
  return (
    <ul aria-label="Findings" className="border-b border-line py-3">
      {findings.map(({ rule, severity, message, advice }) => (
        <li key={`${rule} ${message}`} className="flex gap-2 py-1">
          <span className={severity === 'error' ? 'text-down' : 'text-degraded'}>
            <span aria-hidden>{severity === 'error' ? '▲' : '◐'} </span>
            {severity}
          </span>
          <span className="min-w-0">
            <span className="break-words">{visibleText(message)}.</span>{' '}
            <span className="text-dim">{visibleText(advice)}</span>{' '}
            <span className="text-caption text-dim">{rule}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}

function Missing({ name, isKnown }: { readonly name: string; readonly isKnown: boolean }) {
  const { session } = useBerth();
  const connection = useStore(session.state);
  if (!isKnown) {
    return (
      <p className="py-4 text-dim">
        {connection.kind === 'lost'
          ? 'It is shown as soon as there is a connection.'
          : 'Reading hosts…'}
      </p>
    );
  }
  return (
    <div className="border-b border-line py-6">
      <h2 className="text-heading font-semibold">There is no such host</h2>
      <p className="mt-2 text-dim">
        <span className="font-mono text-mono text-text">{visibleText(name)}</span> was removed, or
        never was. An edit that was made here can be taken back below.
      </p>
    </div>
  );
}
