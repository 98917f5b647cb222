import { type ReactNode, type RefObject, useEffect, useImperativeHandle, useRef } from 'react';
import { useApi, useBerth } from '../../app/context.ts';
import { useStore } from '../../state/store.ts';
import { Button } from '../../ui/Button.tsx';
import { addressOfHost } from '../hosts/model/address.ts';
import { useLatest } from '../hosts/useLatest.ts';
import { HostField } from './HostField.tsx';
import type { HostChoice } from './model/hostChoice.ts';

/** What keys of the page ask of a form. */
export interface MapFormHandle {
  /** Does it, once it is known to work; otherwise the button gets the focus. */
  enter(): void;
  focusHost(): void;
}

/** The name, what is known of whether it works, and the button that does it. */
export function MapForm({
  handle,
  title,
  text,
  choice,
  suggestion,
  isComplete = true,
  works,
  isMeant,
  onText,
  onMeant,
  onMap,
  before,
  verdict,
  after,
}: {
  readonly handle: RefObject<MapFormHandle | null>;
  readonly title: string;
  readonly text: string;
  readonly choice: HostChoice;
  readonly suggestion: string;
  /** Whether all but the name is chosen; what is not is marked with `data-missing`. */
  readonly isComplete?: boolean;
  /** Null while it is not known. */
  readonly works: boolean | null;
  /** Somebody said to do it, and it waits for whether it works. */
  readonly isMeant: boolean;
  readonly onText: (text: string) => void;
  readonly onMeant: (isMeant: boolean) => void;
  readonly onMap: (name: string) => void;
  readonly before?: ReactNode;
  readonly verdict: ReactNode;
  readonly after: ReactNode;
}) {
  const { live } = useBerth();
  const api = useApi();
  const listeners = useStore(live.status)?.listeners ?? [];
  const hosts = useStore(live.hosts);
  const field = useRef<HTMLInputElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const { name } = choice;
  const form = useRef<HTMLFormElement>(null);
  const canMap = name !== null && isComplete && api !== null;
  const decide = useLatest((isDone: boolean): void => {
    onMeant(!isDone);
    if (!isDone) return;
    if (works === true && canMap) onMap(name);
    else if (name === null) field.current?.focus();
    else if (isComplete) button.current?.focus();
    else form.current?.querySelector<HTMLElement>('[data-missing]')?.focus();
  });
  useImperativeHandle(handle, () => ({
    enter: () => decide.current(works !== null || name === null || !isComplete),
    focusHost: () => {
      field.current?.focus();
      field.current?.select();
    },
  }));
  useEffect(() => {
    if (isMeant && (works !== null || name === null || !isComplete)) decide.current(true);
  }, [isMeant, works, name, isComplete, decide]);
  const address =
    name === null
      ? null
      : addressOfHost(
          {
            name,
            traffic: null,
            host: hosts?.get(name) ?? { options: { redirectToHttps: false } },
          },
          listeners,
        );
  return (
    <form
      ref={form}
      aria-label={title}
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (canMap) onMap(name);
      }}
    >
      {before}
      <Field label="Host">
        <HostField
          ref={field}
          text={text}
          choice={choice}
          suggestion={suggestion}
          onChange={onText}
        />
      </Field>
      <Field label="Verdict">
        <div aria-live="polite" className="min-h-5 pt-1.5 max-[820px]:pt-0">
          {verdict}
        </div>
      </Field>
      <div className="flex min-w-0 items-center gap-3 pl-19 max-[820px]:pl-0">
        <Button
          ref={button}
          type="submit"
          look={works === false ? 'plain' : 'primary'}
          disabled={!canMap}
        >
          {works === false ? 'Create anyway' : 'Create'}
          <kbd aria-hidden className="font-mono text-caption">
            ↵
          </kbd>
        </Button>
        {address !== null && (
          <span className="min-w-0 truncate text-dim" title={address.url}>
            for <span className="font-mono text-mono text-text">{address.url}</span>
          </span>
        )}
      </div>
      {after}
    </form>
  );
}

/** A part of the form under its name. */
export function Field({
  label,
  children,
}: {
  readonly label: string;
  readonly children: ReactNode;
}) {
  return (
    <div className="flex gap-3 max-[820px]:flex-col max-[820px]:gap-1">
      <div aria-hidden className="w-16 shrink-0 pt-1.5 text-dim max-[820px]:pt-0">
        {label}
      </div>
      <div className="min-w-0 flex-1">{children}</div>
    </div>
  );
}
