import { type ReactNode, useId } from 'react';
import { cn } from '../../ui/cn.ts';
import type { Searchable } from './model/search.ts';
import { hintOf, isInFile } from './model/view.ts';
import { RefusalLine } from './RefusalLine.tsx';
import { type Saving, useSave } from './useSave.ts';
import type { Settings } from './useSettings.ts';

/** One line of the page. */
export interface SettingRow extends Searchable {
  /** Beside the label and its line of help, whose id is given. */
  readonly control: (describedBy: string) => ReactNode;
  /** Whole width, below label and control. */
  readonly below?: ReactNode;
}

export interface SettingSection {
  /** In the address, as `/settings/store`. */
  readonly id: string;
  readonly title: string;
  readonly rows: readonly SettingRow[];
}

export function RowView({ row }: { readonly row: SettingRow }) {
  const id = useId();
  return (
    <div className="border-b border-line py-2.5 last:border-b-0">
      <div className="grid grid-cols-[minmax(0,1fr)_minmax(0,20rem)] items-start gap-x-8 gap-y-1.5 max-[640px]:grid-cols-1">
        <div className="min-w-0 pt-1">
          <div>{row.label}</div>
          <div id={id} className="text-caption text-dim">
            {row.help}
          </div>
        </div>
        <div className="flex min-w-0 flex-col items-end gap-1 max-[640px]:items-start">
          {row.control(id)}
        </div>
      </div>
      {row.below}
    </div>
  );
}

/**
 * What stands under the control of a setting of the file: that it is saved, why it was refused, and the way back to the
 * default.
 */
export function FileState({
  settings,
  name,
  saving,
  refusalId,
  standard = null,
  hasDefault = true,
}: {
  readonly settings: Settings;
  readonly name: string;
  readonly saving: Saving;
  readonly refusalId: string;
  /** The default in a few characters; null where it is longer. */
  readonly standard?: string | null;
  /** False: the way back is too far for one click. */
  readonly hasDefault?: boolean;
}) {
  const back = useSave(settings, name);
  const { view } = settings;
  const isSet = isInFile(view, name);
  const isBusy = saving.state === 'saving' || back.state === 'saving';
  const isLater = hintOf(view, name)?.atStart === true;
  const words = isBusy
    ? 'Saving…'
    : saving.state === 'saved' || back.state === 'saved'
      ? isLater
        ? 'Saved. Holds from the next start'
        : 'Saved'
      : isSet
        ? 'Set in the file'
        : '';
  return (
    <>
      <RefusalLine id={refusalId} refusal={saving.refusal ?? back.refusal} />
      <div
        className={cn(
          'flex min-h-5 items-center gap-1.5 text-caption text-dim',
          words === '' && !isSet && 'sr-only',
        )}
      >
        <span role="status">{words}</span>
        {isSet && hasDefault && view.readOnly === null && !isBusy && (
          <>
            <span aria-hidden>·</span>
            <button
              type="button"
              className="rounded-sm text-accent underline-offset-2 hover:underline"
              onClick={() => {
                saving.clear();
                void back.save(null);
              }}
            >
              Use default{standard === null || standard === '' ? '' : ` (${standard})`}
            </button>
          </>
        )}
      </div>
    </>
  );
}
