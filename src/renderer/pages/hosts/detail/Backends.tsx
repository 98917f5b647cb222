import { Pencil, Trash2 } from 'lucide-react';
import { useRef, useState } from 'react';
import type { HostView } from '../../../../shared/contract/hosts.ts';
import { limits } from '../../../../shared/limits.ts';
import { useIsCurrent } from '../../../app/context.ts';
import { Button } from '../../../ui/Button.tsx';
import { cn } from '../../../ui/cn.ts';
import { fieldLook } from '../../../ui/field.ts';
import { whyParts } from '../../health/model/words.ts';
import type { HostActions } from '../actions.ts';
import { BackendReason, BackendState } from '../BackendLine.tsx';
import { readServer } from '../model/addLine.ts';
import { movedBackend, withWeight } from '../model/backendEdit.ts';
import type { HostRow } from '../model/rows.ts';
import { Meanwhile } from './Meanwhile.tsx';
import { Section } from './Section.tsx';
import { useDraft } from './useDraft.ts';

/** Most that are drawn; a host with more is edited by its other lines, or by the command line. */
const maxDrawn = 200;

/** Where a host's requests go. */
export function Backends({
  row,
  actions,
}: {
  readonly row: HostRow;
  readonly actions: HostActions;
}) {
  const { backends } = row.host;
  const isCurrent = useIsCurrent();
  return (
    <Section
      title="Backends"
      aside={
        backends.length > 0 && (
          <span className="text-dim">
            {row.up} of {backends.length} up{!isCurrent && ' when last known'}
          </span>
        )
      }
    >
      <ul className="divide-y divide-line border-y border-line">
        {backends.slice(0, maxDrawn).map((url, index) => (
          <Backend
            // biome-ignore lint/suspicious/noArrayIndexKey: a backend may be listed twice
            key={`${index} ${url}`}
            row={row}
            index={index}
            url={url}
            actions={actions}
          />
        ))}
      </ul>
      {backends.length === 0 && (
        <p className="py-2 text-dim">None. Every request is a 502 until there is one.</p>
      )}
      {backends.length > maxDrawn && (
        <p className="py-2 text-dim">
          {backends.length - maxDrawn} more are listed: open the host in the list to see them.
        </p>
      )}
      <AddBackend host={row.host} actions={actions} />
    </Section>
  );
}

function Backend({
  row,
  index,
  url,
  actions,
}: {
  readonly row: HostRow;
  readonly index: number;
  readonly url: string;
  readonly actions: HostActions;
}) {
  const { host } = row;
  const found = row.health?.backends[index];
  const health = found?.url === url ? found : null;
  const isDrained = host.options.drained.includes(url);
  const [isEdited, setEdited] = useState(false);
  const pencil = useRef<HTMLButtonElement>(null);
  const close = (): void => {
    setEdited(false);
    setTimeout(() => pencil.current?.focus());
  };
  return (
    <li className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 py-1">
      <span className="w-6 text-right text-caption text-dim">#{index}</span>
      <BackendState health={health} isDrained={isDrained} />
      <div className="min-w-56 flex-1">
        {isEdited ? (
          <ServerField
            host={host}
            label={`Address of backend ${index}`}
            verb="Save"
            first={url}
            onCancel={close}
            onSave={async (seen, next) => {
              const isDone =
                next === url || (await actions.change(seen, movedBackend(seen, index, next)));
              if (isDone) close();
              return isDone;
            }}
          />
        ) : (
          <>
            <div className="flex items-center gap-1">
              <span title={url} className="truncate font-mono text-mono">
                {url}
              </span>
              <Button
                ref={pencil}
                look="quiet"
                aria-label={`Edit ${url}`}
                onClick={() => setEdited(true)}
                className="px-1.5"
              >
                <Pencil aria-hidden size={13} />
              </Button>
            </div>
            <div
              className="truncate text-caption text-dim"
              title={health === null ? undefined : whyParts(health).join(' · ')}
            >
              <BackendReason row={row} health={health} />
            </div>
          </>
        )}
      </div>
      <Weight host={host} url={url} actions={actions} />
      <div className="flex items-center gap-1.5">
        <Button onClick={() => void actions.check(row.name, url)}>Check now</Button>
        {isDrained || health?.state === 'down' ? (
          <Button
            className="w-16 justify-center"
            onClick={() => void actions.revive(row.name, url)}
          >
            Revive
          </Button>
        ) : (
          <Button className="w-16 justify-center" onClick={() => void actions.drain(row.name, url)}>
            Drain
          </Button>
        )}
        <Button
          look="quiet"
          aria-label={`Remove ${url}`}
          title="Remove"
          className="px-1.5"
          onClick={() => void actions.removeBackend(host, url)}
        >
          <Trash2 aria-hidden size={15} />
        </Button>
      </div>
    </li>
  );
}

function Weight({
  host,
  url,
  actions,
}: {
  readonly host: HostView;
  readonly url: string;
  readonly actions: HostActions;
}) {
  const draft = useDraft<string>(host);
  const stored = host.options.weights[url] ?? 1;
  const value = draft.value ?? String(stored);
  const number = Number(value);
  const isWrong = !Number.isInteger(number) || number < 1 || number > limits.maxWeight;
  const save = (): void => {
    if (isWrong || number === stored) draft.discard();
    else {
      void draft.save((seen) =>
        actions.change(seen, {
          options: { weights: withWeight(seen.options.weights, url, number) },
        }),
      );
    }
  };
  return (
    <label className="flex items-center gap-1.5 text-caption text-dim">
      weight
      <input
        value={value}
        inputMode="numeric"
        aria-label={`Weight of ${url}, from 1 to ${limits.maxWeight}`}
        aria-invalid={isWrong}
        title={`Its share of the requests, from 1 to ${limits.maxWeight}`}
        onChange={(event) => draft.edit(event.currentTarget.value)}
        onBlur={save}
        onKeyDown={(event) => {
          if (event.key === 'Enter') save();
          else if (event.key === 'Escape' && draft.value !== null) draft.discard();
          else return;
          event.preventDefault();
        }}
        className={cn(fieldLook, 'w-12 text-right text-text')}
      />
    </label>
  );
}

function AddBackend({ host, actions }: { readonly host: HostView; readonly actions: HostActions }) {
  const [made, setMade] = useState(0);
  return (
    <div className="mt-3 max-w-md">
      <ServerField
        key={made}
        host={host}
        label="Add a backend"
        verb="Add backend"
        first=""
        onCancel={null}
        onSave={async (_, url) => {
          const isDone = await actions.addBackend(host.name, url);
          if (isDone) setMade(made + 1);
          return isDone;
        }}
      />
    </div>
  );
}

/** An address as a person writes it: a port, a name with its port, or a URL. */
function ServerField({
  host,
  label,
  verb,
  first,
  onCancel,
  onSave,
}: {
  readonly host: HostView;
  readonly label: string;
  readonly verb: string;
  readonly first: string;
  /** Null where there is nothing to go back to. */
  readonly onCancel: (() => void) | null;
  readonly onSave: (seen: HostView, url: string) => Promise<boolean>;
}) {
  const draft = useDraft<string>(host);
  const text = (draft.value ?? first).trim();
  const read = text === '' ? null : readServer(text);
  return (
    <form
      className="flex flex-col gap-1"
      onSubmit={(event) => {
        event.preventDefault();
        if (read?.ok === true && draft.value === null) void onSave(host, read.url);
        else if (read?.ok === true) void draft.save((seen) => onSave(seen, read.url));
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        draft.discard();
        onCancel?.();
      }}
    >
      <div className="flex items-center gap-2">
        <input
          // biome-ignore lint/a11y/noAutofocus: it takes the place of the button that opened it
          autoFocus={onCancel !== null}
          aria-label={label}
          aria-invalid={read?.ok === false}
          placeholder="3000, box:3000 or http://…"
          value={draft.value ?? first}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => draft.edit(event.currentTarget.value)}
          className={cn(fieldLook, 'min-w-0 flex-1 font-mono text-mono placeholder:text-dim')}
        />
        <Button type="submit" disabled={read?.ok !== true}>
          {verb}
        </Button>
        {onCancel !== null && (
          <Button look="quiet" onClick={onCancel}>
            Cancel
          </Button>
        )}
      </div>
      {read?.ok === false && <p className="text-caption text-down">{read.problem}</p>}
      {read?.ok === true && read.url !== text && (
        <p className="text-caption text-dim">
          That is <span className="font-mono">{read.url}</span>.
        </p>
      )}
      <Meanwhile changes={draft.meanwhile} />
    </form>
  );
}
