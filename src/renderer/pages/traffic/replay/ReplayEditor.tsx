import { type ReactNode, useId, useLayoutEffect, useRef, useState } from 'react';
import type { NumberedRecord } from '../../../../shared/contract/traffic.ts';
import { visibleText } from '../../../../shared/escapeUnseen.ts';
import { useBerth } from '../../../app/context.ts';
import { keysInWords } from '../../../app/keys.ts';
import { useStore } from '../../../state/store.ts';
import type { ReplayDraft } from '../../../state/trafficReplay.ts';
import { Button } from '../../../ui/Button.tsx';
import { cn } from '../../../ui/cn.ts';
import { fieldLook } from '../../../ui/field.ts';
import { Segments } from '../../../ui/Segments.tsx';
import { type DraftField, readDraft } from '../model/replayDraft.ts';

/** A request to be written: method, path, headers and body. */
export function ReplayEditor({
  record,
  draft,
  note,
  onWrite,
  onSend,
  onClose,
}: {
  readonly record: NumberedRecord;
  readonly draft: ReplayDraft;
  readonly note: string | null;
  readonly onWrite: (draft: ReplayDraft) => void;
  readonly onSend: (draft: ReplayDraft) => boolean;
  readonly onClose: () => void;
}) {
  const { live } = useBerth();
  const listeners = useStore(live.status)?.listeners ?? [];
  const [isChecked, setIsChecked] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const id = useId();
  const read = readDraft(draft, record, listeners);
  const problem = isChecked && !read.ok ? read : null;
  const problemOf = (field: DraftField): string | null =>
    problem?.field === field ? problem.problem : null;
  const write = (changed: Partial<ReplayDraft>): void => onWrite({ ...draft, ...changed });
  const send = (): void => {
    if (onSend(draft)) form.current?.closest<HTMLElement>('[role=tabpanel]')?.focus();
    else setIsChecked(true);
  };
  useLayoutEffect(() => {
    const first = note === null ? 'path' : 'headers';
    form.current?.querySelector<HTMLElement>(`[name=${first}]`)?.focus();
  }, [note]);
  const described = (field: DraftField) => ({
    id: `${id}-${field}`,
    name: field,
    'aria-invalid': problemOf(field) !== null,
    'aria-describedby': problemOf(field) === null ? undefined : `${id}-${field}-problem`,
  });
  const label = (field: DraftField, word: string, beside?: ReactNode) => (
    <span className="flex items-end justify-between">
      <label htmlFor={`${id}-${field}`} className="text-caption text-dim">
        {word}
      </label>
      {beside}
    </span>
  );

  return (
    <form
      ref={form}
      aria-label="Request to send"
      noValidate
      className="flex flex-col gap-2.5"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return;
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send();
        else if (event.key === 'Escape') {
          form.current?.closest<HTMLElement>('[role=tabpanel]')?.focus();
          onClose();
        } else return;
        event.preventDefault();
      }}
    >
      {note !== null && <p role="status">{note}</p>}
      <div className="grid grid-cols-[88px_1fr] gap-x-2">
        <div className="flex flex-col gap-1">
          {label('method', 'Method')}
          <input
            {...described('method')}
            value={draft.method}
            spellCheck={false}
            autoComplete="off"
            onChange={({ currentTarget: { value } }) => write({ method: value })}
            className={cn(fieldLook, 'w-full font-mono text-mono')}
          />
        </div>
        <div className="flex min-w-0 flex-col gap-1">
          {label('path', `Path at ${visibleText(record.host)}`)}
          <input
            {...described('path')}
            value={draft.path}
            spellCheck={false}
            autoComplete="off"
            onChange={({ currentTarget: { value } }) => write({ path: value })}
            className={cn(fieldLook, 'w-full font-mono text-mono')}
          />
        </div>
      </div>
      <Problem id={`${id}-method-problem`} text={problemOf('method')} />
      <Problem id={`${id}-path-problem`} text={problemOf('path')} />
      <div className="flex flex-col gap-1">
        {label('headers', 'Headers, one a line')}
        <textarea
          {...described('headers')}
          value={draft.headers}
          rows={Math.min(8, Math.max(3, draft.headers.split('\n').length + 1))}
          placeholder={'Content-Type: application/json\nAuthorization: Bearer …'}
          spellCheck={false}
          onChange={({ currentTarget: { value } }) => write({ headers: value })}
          className={areaLook}
        />
        <Problem id={`${id}-headers-problem`} text={problemOf('headers')} />
      </div>
      <div className="flex flex-col gap-1">
        {label(
          'body',
          'Body',
          <Segments
            label="How the body is written"
            value={draft.encoding}
            choices={[
              { value: 'utf8', word: 'Text' },
              { value: 'base64', word: 'Base64' },
            ]}
            onChange={(encoding) => write({ encoding })}
          />,
        )}
        <textarea
          {...described('body')}
          value={draft.body}
          rows={Math.min(12, Math.max(4, draft.body.split('\n').length + 1))}
          spellCheck={false}
          onChange={({ currentTarget: { value } }) => write({ body: value })}
          className={areaLook}
        />
        <Problem id={`${id}-body-problem`} text={problemOf('body')} />
      </div>
      <div className="flex gap-1.5">
        <Button look="primary" type="submit" title={keysInWords('mod+enter')}>
          Send
        </Button>
        <Button title="Esc" onClick={onClose}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

function Problem({ id, text }: { readonly id: string; readonly text: string | null }) {
  return text === null ? null : (
    <p id={id} role="alert" className="text-caption text-down">
      {visibleText(text)}
    </p>
  );
}

const areaLook =
  'w-full resize-y rounded-md border border-line bg-panel px-2 py-1 font-mono text-mono break-all placeholder:text-dim aria-invalid:border-down';
