import { useId } from 'react';
import type { HostView } from '../../../../shared/contract/hosts.ts';
import { useBerth } from '../../../app/context.ts';
import { useStore } from '../../../state/store.ts';
import { Button } from '../../../ui/Button.tsx';
import { cn } from '../../../ui/cn.ts';
import { fieldLook } from '../../../ui/field.ts';
import { Switch } from '../../../ui/Switch.tsx';
import type { HostActions } from '../actions.ts';
import { Meanwhile } from '../edit/Meanwhile.tsx';
import { useDraft } from '../edit/useDraft.ts';
import { checkerInWords } from '../model/checker.ts';
import { type CheckForm, defaultCheck, formOf, readForm } from '../model/checkForm.ts';
import { Section, Setting } from './Section.tsx';

/** Whether and how its backends are asked while nobody else asks them. */
export function HealthCheckForm({
  host,
  actions,
}: {
  readonly host: HostView;
  readonly actions: HostActions;
}) {
  const { check } = host.options;
  const checker = useStore(useBerth().live.health)?.get(host.name)?.checker ?? null;
  const draft = useDraft<CheckForm>(host);
  return (
    <Section
      title="Health check"
      aside={checker !== null && <span className="text-dim">{checkerInWords(checker)}</span>}
    >
      <Setting
        label="Check its backends"
        meaning="Asks each backend again and again, so that a dead one gets no requests before anybody meets it."
      >
        {({ describedBy }) => (
          <Switch
            label="Check its backends"
            describedBy={describedBy}
            isOn={check !== null}
            onChange={(isOn) => {
              draft.discard();
              void actions.change(host, { options: { check: isOn ? defaultCheck : null } });
            }}
          />
        )}
      </Setting>
      {check !== null && (
        <Fields
          form={draft.value ?? formOf(check)}
          isChanged={draft.value !== null}
          meanwhile={draft.meanwhile}
          onEdit={draft.edit}
          onDiscard={draft.discard}
          onSave={() =>
            void draft.save(async (seen, form) => {
              const read = readForm(form);
              return read.ok && (await actions.change(seen, { options: { check: read.check } }));
            })
          }
        />
      )}
    </Section>
  );
}

function Fields({
  form,
  isChanged,
  meanwhile,
  onEdit,
  onDiscard,
  onSave,
}: {
  readonly form: CheckForm;
  readonly isChanged: boolean;
  readonly meanwhile: readonly string[];
  readonly onEdit: (form: CheckForm) => void;
  readonly onDiscard: () => void;
  readonly onSave: () => void;
}) {
  const read = readForm(form);
  const problems = read.ok ? {} : read.problems;
  const isHttp = form.type === 'http';
  const field = (key: Exclude<keyof CheckForm, 'type'>, label: string, wide?: boolean) => (
    <Field
      label={label}
      value={form[key]}
      problem={problems[key] ?? null}
      isWide={wide === true}
      onChange={(value) => onEdit({ ...form, [key]: value })}
    />
  );
  return (
    <form
      className="mt-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (read.ok) onSave();
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !isChanged) return;
        event.preventDefault();
        onDiscard();
      }}
    >
      <div className="flex flex-wrap items-start gap-x-4 gap-y-3">
        <label className="flex flex-col gap-1">
          <span className="text-caption text-dim">Kind</span>
          <select
            value={form.type}
            onChange={(event) =>
              onEdit({ ...form, type: event.currentTarget.value === 'tcp' ? 'tcp' : 'http' })
            }
            className={fieldLook}
          >
            <option value="http">HTTP request</option>
            <option value="tcp">TCP connection</option>
          </select>
        </label>
        {isHttp && field('method', 'Method')}
        {isHttp && field('path', 'Path', true)}
        {isHttp && field('expect', 'Statuses that count as up', true)}
        {isHttp && field('host', 'Host header, if another', true)}
        {field('interval', 'Every (s)')}
        {field('timeout', 'Timeout (s)')}
        {field('rise', 'Successes to be up')}
        {field('fall', 'Failures to be down')}
      </div>
      {isChanged && (
        <div className="mt-3 flex items-center gap-2">
          <Button look="primary" type="submit" disabled={!read.ok}>
            Save check
          </Button>
          <Button look="quiet" onClick={onDiscard}>
            Discard
          </Button>
          <Meanwhile changes={meanwhile} />
        </div>
      )}
    </form>
  );
}

function Field({
  label,
  value,
  problem,
  isWide,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly problem: string | null;
  readonly isWide: boolean;
  readonly onChange: (value: string) => void;
}) {
  const id = useId();
  return (
    <label className="flex flex-col gap-1">
      <span className="text-caption text-dim">{label}</span>
      <input
        value={value}
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? undefined : id}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => onChange(event.currentTarget.value)}
        className={cn(fieldLook, 'font-mono text-mono', isWide ? 'w-44' : 'w-32')}
      />
      {problem !== null && (
        <span id={id} className="max-w-44 text-caption text-down">
          {problem}
        </span>
      )}
    </label>
  );
}
