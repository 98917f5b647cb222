import { X } from 'lucide-react';
import { useStore } from '../state/store.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import type { Command } from './commands.ts';
import { useBerth } from './context.ts';
import { keysInWords } from './keys.ts';

/** All keys of what is shown at this moment. */
export function CheatSheet({ onClose }: { readonly onClose: () => void }) {
  const list = useStore(useBerth().commands.list);
  const byId = new Map(list.map((command) => [command.id, command]));
  const groups = grouped([...byId.values()]);
  return (
    <Dialog label="Keys" onClose={onClose} className="w-[46rem] max-w-[94vw]">
      <div className="max-h-[76vh] overflow-auto">
        <header className="sticky top-0 flex h-11 items-center bg-raised border-b border-line px-4">
          <h2 className="text-heading font-semibold">Keys</h2>
          <Button
            data-first-focus
            look="quiet"
            aria-label="Close"
            onClick={onClose}
            className="ml-auto px-1.5"
          >
            <X aria-hidden size={16} />
          </Button>
        </header>
        <div className="columns-2 gap-8 p-4 max-[640px]:columns-1">
          {[...groups].map(([group, commands]) => (
            <Group key={group} group={group} commands={commands} />
          ))}
        </div>
      </div>
    </Dialog>
  );
}

function Group({
  group,
  commands,
}: {
  readonly group: string;
  readonly commands: readonly Command[];
}) {
  const keyed = commands.filter(({ keys }) => keys !== undefined && keys.length > 0);
  if (keyed.length === 0) return null;
  return (
    <section className="mb-4">
      <h3 className="mb-1 text-caption text-dim">{group}</h3>
      <dl>
        {keyed.map(({ id, title, keys = [] }) => (
          <div
            key={id}
            className="flex min-h-7 break-inside-avoid items-center justify-between gap-4"
          >
            <dt>{title}</dt>
            <dd className="flex shrink-0 gap-1.5">
              {keys.map((one) => (
                <kbd
                  key={one}
                  className="rounded-sm border border-line bg-page px-1.5 font-mono text-caption leading-5"
                >
                  {keysInWords(one)}
                </kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function grouped(commands: readonly Command[]): ReadonlyMap<string, readonly Command[]> {
  const groups = new Map<string, Command[]>();
  for (const command of commands) {
    groups.set(command.group, [...(groups.get(command.group) ?? []), command]);
  }
  return groups;
}
