import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useApi, useBerth } from '../../app/context.ts';
import { copyText } from '../../app/outside.ts';
import { useCommands } from '../../app/useCommands.ts';
import type { DoctorRun } from '../../state/doctor.ts';
import { useStore } from '../../state/store.ts';
import { Button } from '../../ui/Button.tsx';
import { CommandLine } from '../../ui/CommandLine.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ago, exactTime } from '../../ui/format.ts';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { StatusGlyph } from '../../ui/Status.tsx';
import { isSetUpMissing } from '../machine/model/setupWords.ts';
import { SetupButton } from '../machine/setup/SetupButton.tsx';
import { CheckItem } from './CheckItem.tsx';
import { doctorCommands } from './doctorCommands.ts';
import { type CheckLine, sectionsOf, summaryOf } from './model/sections.ts';
import { type CheckListHandle, useCheckList } from './useCheckList.ts';
import { useFixes } from './useFixes.ts';

/** Milliseconds after which a run counts as old, and the page begins with another. */
const oldMs = 60_000;

/** What was tried, what is wrong, and what to do about it. */
export function DoctorPage() {
  const { doctor, toasts } = useBerth();
  const api = useApi();
  const run = useStore(doctor.run);
  const isRunning = useStore(doctor.isRunning);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const list = useRef<CheckListHandle>(null);
  const { scroller, active, setActive } = useCheckList(list);

  useEffect(() => {
    const endedAt = doctor.run.get()?.endedAt ?? null;
    if (api === null || (endedAt !== null && Date.now() - endedAt < oldMs)) return;
    void doctor.start(api);
  }, [api, doctor]);

  const fixes = useFixes(useCallback((id: string) => list.current?.focus(id), []));

  useCommands(
    useMemo(
      () =>
        doctorCommands({
          list,
          run: api === null ? null : () => void doctor.start(api),
          copyCommand: (id) => {
            const command = doctor.run.get()?.outcomes.get(id)?.fix?.command ?? null;
            if (command === null) return false;
            copyText(command).then(
              () => toasts.show({ kind: 'done', text: `Copied ${command}` }),
              toasts.failed,
            );
            return true;
          },
          act: fixes.act,
          cancel: fixes.cancel,
        }),
      [api, doctor, fixes, toasts],
    ),
  );

  const { wrong, others } = useMemo(
    () => (run === null ? { wrong: [], others: [] } : sectionsOf(run)),
    [run],
  );
  const first = active ?? wrong[0]?.check.id ?? others[0]?.lines[0]?.check.id ?? null;
  const itemOf = (isWrong: boolean) => (line: CheckLine) => (
    <CheckItem
      key={line.check.id}
      line={line}
      isWrong={isWrong}
      isOpen={open.has(line.check.id)}
      isStop={line.check.id === first}
      onToggle={() => setOpen((known) => toggled(known, line.check.id))}
      onFocus={() => setActive(line.check.id)}
      onAct={api === null || fixes.isBusy ? null : () => void fixes.act(line.check.id)}
      asked={
        fixes.asked?.id === line.check.id
          ? { lines: fixes.asked.lines, onAgree: fixes.agree, onCancel: fixes.cancel }
          : null
      }
      left={fixes.left?.id === line.check.id ? fixes.left : null}
    />
  );

  return (
    <>
      <PageHeader title="Doctor" wraps>
        <Ended run={run} isRunning={isRunning} />
        <div className="ml-auto flex gap-2">
          {run !== null && isSetUpMissing(run.outcomes.values()) && <SetupButton look="primary" />}
          <Button
            disabled={api === null || isRunning}
            onClick={() => api !== null && void doctor.start(api)}
          >
            Run again
          </Button>
        </div>
      </PageHeader>
      {run === null ? (
        <NoRun isConnected={api !== null} />
      ) : (
        <div ref={scroller} className="min-h-0 flex-1 overflow-auto pb-6">
          {run.failure !== null && (
            <p role="alert" className="px-4 pt-3 text-down">
              The checks did not come to their end: {run.failure}
            </p>
          )}
          {wrong.length > 0 && (
            <section
              aria-label="What is wrong"
              className="m-4 rounded-md border border-line bg-panel"
            >
              <ul>{wrong.map(itemOf(true))}</ul>
            </section>
          )}
          {others.map(({ title, lines }) => (
            <section key={title} aria-label={title} className="mt-4">
              <h2 className="px-4 pb-1 text-caption font-medium text-dim">{title}</h2>
              <ul>{lines.map(itemOf(false))}</ul>
            </section>
          ))}
        </div>
      )}
    </>
  );
}

function toggled(known: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(known);
  if (!next.delete(id)) next.add(id);
  return next;
}

/** What the last run came to, and when; how far the present one is. */
function Ended({
  run,
  isRunning,
}: {
  readonly run: DoctorRun | null;
  readonly isRunning: boolean;
}) {
  const now = useStore(useBerth().clock);
  const counts = run?.counts ?? null;
  const done = run === null ? 0 : run.checks.length - run.pending.size;
  return (
    <div role="status" className="flex min-w-0 flex-1 basis-60 items-center gap-3">
      {isRunning ? (
        <span className="text-dim tabular-nums">
          {run === null || run.checks.length === 0
            ? 'Checking…'
            : `${done} of ${run.checks.length} checks`}
        </span>
      ) : (
        counts !== null && (
          <span className="flex min-w-0 items-center gap-1.5">
            <StatusGlyph
              status={counts.problem > 0 ? 'down' : counts.warning > 0 ? 'degraded' : 'up'}
              says=""
            />
            <span className="truncate">{summaryOf(counts)}</span>
          </span>
        )
      )}
      {!isRunning && run !== null && run.endedAt !== null && (
        <span
          title={exactTime(run.endedAt)}
          className="shrink-0 text-dim tabular-nums max-[820px]:hidden"
        >
          {ago(run.endedAt, now)}
        </span>
      )}
    </div>
  );
}

function NoRun({ isConnected }: { readonly isConnected: boolean }) {
  if (isConnected) {
    return (
      <p role="status" className="px-4 py-3 text-dim">
        Trying what lies between a browser and your hosts…
      </p>
    );
  }
  return (
    <EmptyState
      title="Not connected"
      actions={
        <div className="w-full">
          <CommandLine command="berth doctor" />
        </div>
      }
    >
      The checks are run by the proxy, and it does not answer. In a terminal the doctor works
      without it, and says why.
    </EmptyState>
  );
}
