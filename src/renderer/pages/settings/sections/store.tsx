import { useId, useState } from 'react';
import type { InstanceStatus } from '../../../../shared/contract/instance.ts';
import type { StoreState } from '../../../../shared/messages.ts';
import { isReached } from '../../../state/storeReached.ts';
import { Button } from '../../../ui/Button.tsx';
import { CommandLine } from '../../../ui/CommandLine.tsx';
import { cn } from '../../../ui/cn.ts';
import { fieldLook } from '../../../ui/field.ts';
import { count } from '../../../ui/format.ts';
import { Segments } from '../../../ui/Segments.tsx';
import { StatusGlyph } from '../../../ui/Status.tsx';
import { ConfigFile } from '../ConfigFile.tsx';
import {
  driverOf,
  hostPort,
  migrateCommand,
  type StoreChoice,
  storeChoice,
} from '../model/store.ts';
import { valueAt } from '../model/view.ts';
import { FileState, type SettingSection } from '../Row.tsx';
import { useSave } from '../useSave.ts';
import type { Settings } from '../useSettings.ts';

export const storeSection = (
  settings: Settings,
  status: InstanceStatus | null,
): SettingSection => ({
  id: 'store',
  title: 'Store',
  rows: [
    {
      label: 'Where hosts are kept',
      help: 'Embedded needs nothing else; a Redis can be shared.',
      words: 'driver embedded redis url migrate',
      control: (describedBy) => (
        <StoreControl settings={settings} status={status} describedBy={describedBy} />
      ),
    },
  ],
});

type Editable = Exclude<StoreChoice, { kind: 'other' }>;

/** Another store is another set of hosts: it is chosen by a button, and not by leaving a field. */
export function StoreControl({
  settings,
  status,
  describedBy,
}: {
  readonly settings: Settings;
  readonly status: InstanceStatus | null;
  readonly describedBy: string;
}) {
  const refusalId = useId();
  const saving = useSave(settings, 'driver');
  const current = storeChoice(valueAt(settings.view, 'driver'));
  const [draft, setDraft] = useState<Editable | null>(null);
  /** What was in use before the last switch. */
  const [before, setBefore] = useState<Editable | null>(null);
  if (current.kind === 'other') {
    return (
      <>
        <p className="pt-1 text-dim">{current.word}; set in the file, and changed there:</p>
        <ConfigFile settings={settings} />
      </>
    );
  }
  const shown = draft ?? current;
  const isLocked = settings.view.readOnly !== null || saving.state === 'saving';
  const isChanged = draft !== null && driverOf(draft) !== driverOf(current);
  const isOther = isChanged && (draft.kind === 'redis' || current.kind === 'redis');
  /** The embedded store is open: its address stays as long as the instance. */
  const isOwn = shown.kind === 'embedded' && current.kind === 'embedded';
  const embedded = status?.store.embedded ?? null;
  const address =
    embedded === null ? (current.kind === 'embedded' ? current.address : '') : hostPort(embedded);
  const edit = (next: Editable): void => {
    saving.clear();
    setDraft(next);
  };
  const choose = (kind: Editable['kind']): void => {
    if (kind === current.kind) edit(current);
    else
      edit(kind === 'redis' ? { kind, url: '' } : { kind, address: '127.0.0.1:6390', prefix: '' });
  };
  const isEmpty = shown.kind === 'redis' && shown.url.trim() === '';
  const use = async (choice: Editable): Promise<void> => {
    if (!(await saving.save(driverOf(choice)))) return;
    setBefore(current);
    setDraft(null);
  };
  const save = async (): Promise<void> => {
    if (!isChanged || isEmpty || isLocked) return;
    if (shown.kind === 'redis' && shown.url.includes('***')) {
      saving.refuse({
        text: '*** stands for a part that is not shown: write the whole again.',
        code: null,
      });
      return;
    }
    await use(shown);
  };
  return (
    <form
      className="flex w-full flex-col items-end gap-2 max-[640px]:items-start"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Segments
        label="Where hosts are kept"
        describedBy={describedBy}
        value={shown.kind}
        choices={[
          { value: 'embedded', word: 'Embedded' },
          { value: 'redis', word: 'Redis' },
        ]}
        isDisabled={isLocked}
        onChange={choose}
      />
      {isOwn ? (
        <OwnAddress address={address} settings={settings} />
      ) : (
        <input
          key={shown.kind}
          aria-label={shown.kind === 'redis' ? 'Address of the Redis' : 'TCP address of the store'}
          aria-describedby={`${describedBy} ${refusalId}`}
          aria-invalid={saving.refusal !== null}
          value={shown.kind === 'redis' ? shown.url : shown.address}
          placeholder={shown.kind === 'redis' ? 'redis://:password@host:6379/0' : 'no TCP address'}
          readOnly={isLocked}
          spellCheck={false}
          autoComplete="off"
          onChange={({ currentTarget: { value } }) =>
            edit(shown.kind === 'redis' ? { ...shown, url: value } : { ...shown, address: value })
          }
          onKeyDown={(event) => {
            if (event.key !== 'Escape' || draft === null) return;
            event.preventDefault();
            edit(current);
          }}
          className={cn(
            fieldLook,
            'w-full min-w-0 font-mono text-mono placeholder:text-dim read-only:bg-page read-only:text-dim',
          )}
        />
      )}
      {draft === null && current.kind === 'redis' && status !== null && (
        <Reached
          state={status.store.state}
          back={before?.kind === 'embedded' ? () => void use(before) : null}
        />
      )}
      {isOther && !isEmpty && <Switching to={driverOf(shown)} hosts={status?.hosts ?? 0} />}
      {isChanged && (
        <div className="flex gap-2">
          <Button onClick={() => edit(current)}>Cancel</Button>
          <Button look="primary" type="submit" disabled={isLocked || isEmpty}>
            {isOther ? 'Switch to this store' : 'Save'}
          </Button>
        </div>
      )}
      <FileState
        settings={settings}
        name="driver"
        saving={saving}
        refusalId={refusalId}
        hasDefault={false}
      />
    </form>
  );
}

/** Of an embedded store that is open: it stays as long as the instance. */
function OwnAddress({
  address,
  settings,
}: {
  readonly address: string;
  readonly settings: Settings;
}) {
  return (
    <div className="w-full">
      <p className="text-caption text-dim">
        {address === '' ? (
          'It has no TCP address: this instance alone reaches it.'
        ) : (
          <>
            Redis clients of this machine reach it at{' '}
            <span className="font-mono text-text">{address}</span>.
          </>
        )}{' '}
        To change that, edit <span className="font-mono">driver</span> in this file; it holds from
        the next start:
      </p>
      <div className="[&>div]:justify-start">
        <ConfigFile settings={settings} />
      </div>
    </div>
  );
}

/** Whether the server answers, since one that does not is taken too: it may come later. */
function Reached({
  state,
  back,
}: {
  readonly state: StoreState;
  /** To the store that was in use before; null where there was none. */
  readonly back: (() => void) | null;
}) {
  const isUp = isReached(state);
  return (
    <div role="status" className="flex w-full items-start gap-2 text-caption">
      <StatusGlyph status={isUp ? 'up' : 'down'} />
      <p className="min-w-0 flex-1">
        {isUp
          ? 'It answers.'
          : 'It does not answer. Berth tries on, and serves what it knew; nothing can be edited until then.'}
      </p>
      {!isUp && back !== null && <Button onClick={back}>Back to embedded</Button>}
    </div>
  );
}

/** What another store means for the hosts that are there. */
function Switching({ to, hosts }: { readonly to: string; readonly hosts: number }) {
  return (
    <div className="flex w-full flex-col gap-1.5 text-caption text-dim">
      <p>
        {hosts === 0
          ? 'The store in use has no hosts: nothing is left behind.'
          : `The ${hosts === 1 ? 'host' : `${count(hosts)} hosts`} of the store in use stay${hosts === 1 ? 's' : ''} there, and only what the other store has is served. To take ${hosts === 1 ? 'it' : 'them'} along, first:`}
      </p>
      {hosts > 0 && <CommandLine command={migrateCommand(to)} />}
    </div>
  );
}
