import { X } from 'lucide-react';
import { type RefObject, useId, useRef, useState } from 'react';
import type { NumberedRecord } from '../../../shared/contract/traffic.ts';
import { visibleText } from '../../../shared/escapeUnseen.ts';
import { useApi, useBerth } from '../../app/context.ts';
import { cn } from '../../ui/cn.ts';
import { isEndOfTerm } from './model/filterText.ts';
import { type Offer, offersFor, withOffer } from './model/offers.ts';
import { quickFilters } from './model/quickFilters.ts';
import { useFilterLine } from './useFilterLine.ts';

/** Records in which values are looked for. */
const seenRecords = 1000;

/** The filter: a chip for each term, and what is being written, with what could be written next. */
export function FilterBar({
  text,
  field,
  onApply,
  onLeave,
}: {
  readonly text: string;
  readonly field: RefObject<HTMLInputElement | null>;
  readonly onApply: (text: string) => void;
  /** To the table. */
  readonly onLeave: () => void;
}) {
  const { traffic } = useBerth();
  const { line, problem, write, set, commit } = useFilterLine(text, onApply);
  const [offers, setOffers] = useState<readonly Offer[]>([]);
  const [active, setActive] = useState(-1);
  const id = useId();
  const [isFocused, setIsFocused] = useState(false);
  const isOpen = isFocused && (offers.length > 0 || problem !== null);

  const api = useApi();
  /** Null until the field has been in use. */
  const seen = useRef<readonly NumberedRecord[] | null>(null);
  /** What offers were last looked for. */
  const sought = useRef<readonly [draft: string, caret: number] | null>(null);

  const close = (): void => {
    sought.current = null;
    setOffers([]);
    setActive(-1);
  };
  const look = (draft: string, caret: number): void => {
    sought.current = [draft, caret];
    setOffers(offersFor(draft, caret, seen.current ?? traffic.view.latest(seenRecords)));
    setActive(-1);
  };
  /** Has values at hand that are not on the screen. */
  const readSeen = (): void => {
    if (api === null) return;
    api.traffic.recent({ filter: '', limit: seenRecords }).then(
      ({ records }) => {
        seen.current = records;
        if (sought.current !== null) look(...sought.current);
      },
      // What is on the screen has to do.
      () => undefined,
    );
  };
  const take = (offer: Offer): void => {
    const [draft, caret] = withOffer(line.draft, offer);
    if (offer.isWhole && caret === draft.length) {
      if (commit(draft)) close();
      return;
    }
    write(draft);
    look(draft, caret);
    requestAnimationFrame(() => field.current?.setSelectionRange(caret, caret));
  };
  const removeChip = (at: number): void => {
    set({ ...line, chips: line.chips.filter((_, index) => index !== at) });
    field.current?.focus();
  };
  const editChip = (at: number): void => {
    const chip = line.chips[at] ?? '';
    const chips = line.chips.filter((_, index) => index !== at);
    set({ chips, draft: [line.draft.trim(), chip].filter((part) => part !== '').join(' ') });
    field.current?.focus();
  };

  const onKeyDown = (event: React.KeyboardEvent<HTMLInputElement>): void => {
    if (event.nativeEvent.isComposing) return;
    const { key } = event;
    const offer = offers[active];
    if ((key === 'ArrowDown' || key === 'ArrowUp') && offers.length > 0) {
      const step = key === 'ArrowDown' ? 1 : -1;
      setActive(
        (active + step + offers.length + (active === -1 && step === -1 ? 1 : 0)) % offers.length,
      );
    } else if (key === 'ArrowDown') look(line.draft, event.currentTarget.selectionStart ?? 0);
    else if ((key === 'Enter' || key === 'Tab') && offer !== undefined) take(offer);
    else if (key === 'Tab' && !event.shiftKey && line.draft !== '' && offers[0] !== undefined) {
      take(offers[0]);
    } else if (key === 'Enter') {
      if (line.draft.trim() === '') onLeave();
      else if (commit()) close();
    } else if (key === 'Escape') {
      if (offers.length > 0) close();
      else if (line.draft !== '') set({ ...line, draft: '' });
      else onLeave();
    } else if (key === 'Backspace' && line.chips.length > 0 && isAtStart(event.currentTarget)) {
      editChip(line.chips.length - 1);
    } else return;
    event.preventDefault();
  };

  return (
    <div className="relative min-w-0 flex-1">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a click beside the chips means the field, which the keyboard reaches itself */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: see above */}
      <div
        className={cn(
          'flex min-h-7 flex-wrap items-center gap-1 rounded-md border bg-panel px-1.5 py-[2px] focus-within:outline-2 focus-within:outline-accent',
          problem === null ? 'border-line' : 'border-down',
        )}
        onClick={(event) => {
          if (event.target === event.currentTarget) field.current?.focus();
        }}
      >
        {line.chips.map((chip, at) => (
          <Chip
            // biome-ignore lint/suspicious/noArrayIndexKey: the same term may stand there twice
            key={`${at} ${chip}`}
            chip={chip}
            onEdit={() => editChip(at)}
            onRemove={() => removeChip(at)}
          />
        ))}
        <span className="relative flex min-w-32 flex-1">
          {problem !== null && (
            <span
              aria-hidden
              className="pointer-events-none absolute inset-0 overflow-hidden px-1 font-mono text-mono leading-5 whitespace-pre text-transparent"
            >
              {line.draft.slice(0, problem.column - 1)}
              <span className="underline decoration-down decoration-wavy underline-offset-2">
                {line.draft.slice(problem.column - 1, problem.column - 1 + problem.length) || ' '}
              </span>
            </span>
          )}
          <input
            ref={field}
            type="text"
            role="combobox"
            aria-label="Filter requests"
            aria-autocomplete="list"
            aria-expanded={isOpen && offers.length > 0}
            aria-controls={`${id}-offers`}
            aria-activedescendant={active === -1 ? undefined : `${id}-${active}`}
            aria-invalid={problem !== null}
            aria-describedby={isOpen && problem !== null ? `${id}-problem` : undefined}
            spellCheck={false}
            autoComplete="off"
            placeholder={line.chips.length === 0 ? 'Filter: status:5xx host:api.* dur>500' : ''}
            value={line.draft}
            onChange={({ currentTarget: { value, selectionStart } }) => {
              if (isEndOfTerm(value) && selectionStart === value.length && commit(value)) close();
              else {
                write(value);
                look(value, selectionStart ?? value.length);
              }
            }}
            onKeyDown={onKeyDown}
            onFocus={() => {
              setIsFocused(true);
              readSeen();
            }}
            onBlur={() => {
              setIsFocused(false);
              close();
            }}
            className="h-5 w-full bg-transparent px-1 font-mono text-mono leading-5 outline-none placeholder:font-sans placeholder:text-dim"
          />
        </span>
      </div>
      {isOpen && (
        <div className="absolute top-full right-0 left-0 z-30 mt-1 max-w-lg rounded-md border border-line bg-raised shadow-float">
          {problem !== null && (
            <p id={`${id}-problem`} role="status" className="px-3 py-1.5 text-down">
              {visibleText(sentence(problem.message))}
            </p>
          )}
          <div
            id={`${id}-offers`}
            role="listbox"
            aria-label="What could be written next"
            tabIndex={-1}
            hidden={offers.length === 0}
            className="max-h-72 overflow-auto p-1"
          >
            {offers.map((offer, at) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keys
              <div
                key={offer.text}
                id={`${id}-${at}`}
                role="option"
                aria-selected={at === active}
                ref={at === active ? intoView : undefined}
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => take(offer)}
                className={cn(
                  'flex h-6.5 items-center justify-between gap-6 rounded-sm px-2',
                  at === active ? 'bg-chosen' : 'hover:bg-hover',
                )}
              >
                <span className="max-w-4/5 shrink-0 truncate font-mono text-mono">
                  {visibleText(offer.text)}
                </span>
                <span title={offer.about} className="min-w-0 truncate text-caption text-dim">
                  {offer.about}
                </span>
              </div>
            ))}
          </div>
        </div>
      )}
    </div>
  );
}

function Chip({
  chip,
  onEdit,
  onRemove,
}: {
  readonly chip: string;
  readonly onEdit: () => void;
  readonly onRemove: () => void;
}) {
  const quick = quickFilters.find(({ term }) => term === chip);
  return (
    <span className="flex h-5.5 max-w-80 items-center rounded-sm border border-line bg-chosen">
      <button
        type="button"
        title={quick === undefined ? `Edit ${visibleText(chip)}` : visibleText(chip)}
        onClick={onEdit}
        className={cn('min-w-0 truncate pl-1.5', quick === undefined && 'font-mono text-mono')}
      >
        {quick?.word ?? visibleText(chip)}
      </button>
      <button
        type="button"
        aria-label={`Remove ${quick?.word ?? visibleText(chip)}`}
        onClick={onRemove}
        className="flex h-full w-5 shrink-0 items-center justify-center text-dim hover:text-text"
      >
        <X aria-hidden size={12} />
      </button>
    </span>
  );
}

const intoView = (element: HTMLElement | null): void =>
  element?.scrollIntoView({ block: 'nearest' });

const isAtStart = ({ selectionStart, selectionEnd }: HTMLInputElement): boolean =>
  selectionStart === 0 && selectionEnd === 0;

const sentence = (message: string): string =>
  `${message.charAt(0).toUpperCase()}${message.slice(1)}${message.endsWith('?') ? '' : '.'}`;
