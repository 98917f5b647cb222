import { DropdownMenu } from 'radix-ui';
import { cn } from './cn.ts';

export interface MenuEntry {
  readonly label: string;
  /** As a person reads them. */
  readonly keys?: string;
  readonly isDisabled?: boolean;
  readonly isDanger?: boolean;
  /** A line above it. */
  readonly beginsGroup?: boolean;
  readonly run: () => void;
}

/** A menu at a point of the window, for lines that are too many to have one each. It is there while it is open. */
export function MenuAt({
  label,
  at,
  entries,
  onClose,
}: {
  readonly label: string;
  readonly at: { readonly x: number; readonly y: number };
  readonly entries: readonly MenuEntry[];
  /** Gives the focus back. */
  readonly onClose: () => void;
}) {
  return (
    <DropdownMenu.Root
      open
      modal={false}
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose();
      }}
    >
      <DropdownMenu.Trigger asChild>
        <span aria-hidden className="fixed size-0" style={{ left: at.x, top: at.y }} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Content
        aria-label={label}
        align="end"
        sideOffset={4}
        collisionPadding={8}
        onCloseAutoFocus={(event) => event.preventDefault()}
        className="z-40 min-w-52 rounded-md border border-line bg-raised p-1 shadow-float"
      >
        {entries.map((entry) => (
          <MenuItem key={entry.label} entry={entry} />
        ))}
      </DropdownMenu.Content>
    </DropdownMenu.Root>
  );
}

function MenuItem({ entry }: { readonly entry: MenuEntry }) {
  return (
    <>
      {entry.beginsGroup === true && <DropdownMenu.Separator className="my-1 h-px bg-line" />}
      <DropdownMenu.Item
        disabled={entry.isDisabled ?? false}
        onSelect={entry.run}
        className={cn(
          'flex h-7 items-center justify-between gap-6 rounded-sm px-2 outline-none select-none data-disabled:opacity-45 data-highlighted:bg-chosen',
          entry.isDanger === true && 'text-down',
        )}
      >
        {entry.label}
        {entry.keys !== undefined && <span className="text-caption text-dim">{entry.keys}</span>}
      </DropdownMenu.Item>
    </>
  );
}
