import { Command as Menu } from 'cmdk';
import { Server } from 'lucide-react';
import { useMemo, useState } from 'react';
import { visibleText } from '../../../shared/escapeUnseen.ts';
import { useStore } from '../../state/store.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import type { Command } from '../commands.ts';
import { useBerth } from '../context.ts';
import { keysInWords } from '../keys.ts';
import { type HostVerb, paletteResults } from './results.ts';

/** What a palette does with a host. */
export type OnHost = (name: string, verb: HostVerb) => void;

const groups: readonly Command['group'][] = [
  'Hosts',
  'Traffic',
  'Health',
  'Containers',
  'Doctor',
  'Go to',
  'Berth',
];

const verbWords: Readonly<Record<HostVerb, string>> = {
  go: 'Go to',
  open: 'Open',
  copy: 'Copy the address of',
};

/** Everything that can be done, and every host, by a few letters. */
export function Palette({
  onHost,
  onClose,
}: {
  readonly onHost: OnHost;
  readonly onClose: () => void;
}) {
  const { commands, live } = useBerth();
  const list = useStore(commands.list);
  const hosts = useStore(live.hosts);
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState('');
  const found = useMemo(
    () => paletteResults(query, list, hosts?.keys() ?? []),
    [query, list, hosts],
  );
  // After the dialog has gone and given the focus back, so that a command finds it where it belongs.
  const after = (run: () => unknown): void => {
    onClose();
    setTimeout(run);
  };
  const host = chosen.startsWith(hostValue('')) ? chosen.slice(hostValue('').length) : null;
  return (
    <Dialog label="Commands and hosts" onClose={onClose} className="w-[36rem] max-w-[92vw]">
      <Menu
        label="Commands and hosts"
        shouldFilter={false}
        loop
        value={chosen}
        onValueChange={setChosen}
        onKeyDown={(event) => {
          const isMod = event.metaKey || event.ctrlKey;
          if (isMod && event.key.toLowerCase() === 'k') {
            event.preventDefault();
            onClose();
          } else if (isMod && event.key === 'Enter' && host !== null) {
            event.preventDefault();
            after(() => onHost(host, event.shiftKey ? 'copy' : 'open'));
          }
        }}
        className="flex max-h-[min(28rem,70vh)] flex-col"
      >
        <Menu.Input
          data-first-focus
          value={query}
          onValueChange={setQuery}
          placeholder="A command or a host"
          className="h-11 shrink-0 border-b border-line bg-transparent px-4 text-heading outline-none placeholder:text-dim"
        />
        <Menu.List className="min-h-0 flex-1 overflow-auto p-1">
          <Menu.Empty className="px-3 py-6 text-dim">
            Nothing is called “{query}”. A host is added with its name and port, as in app 3000.
          </Menu.Empty>
          {query !== '' && hostGroup()}
          {groups.map((group) => {
            const own = found.commands.filter((command) => command.group === group);
            return own.length === 0 ? null : (
              <Menu.Group key={group} heading={group} className={groupClass}>
                {own.map((command) => (
                  <Menu.Item
                    key={command.id}
                    value={`command ${command.id}`}
                    onSelect={() => after(command.run)}
                    className={itemClass}
                  >
                    {visibleText(command.title)}
                    <Keys command={command} />
                  </Menu.Item>
                ))}
              </Menu.Group>
            );
          })}
          {query === '' && hostGroup()}
        </Menu.List>
        <p className="flex shrink-0 gap-4 border-t border-line px-4 py-1.5 text-caption text-dim">
          <span>↵ {host === null ? 'do it' : verbWords[found.verb].toLowerCase()}</span>
          {host !== null && (
            <>
              <span>{keysInWords('mod+enter')} open</span>
              <span>{keysInWords('mod+shift+enter')} copy address</span>
            </>
          )}
          <span className="ml-auto">Esc closes</span>
        </p>
      </Menu>
    </Dialog>
  );

  function hostGroup() {
    if (found.hosts.length === 0) return null;
    return (
      <Menu.Group heading="Your hosts" className={groupClass}>
        {found.hosts.map((name) => (
          <Menu.Item
            key={name}
            value={hostValue(name)}
            onSelect={() => after(() => onHost(name, found.verb))}
            className={itemClass}
          >
            <Server aria-hidden size={14} className="shrink-0 text-dim" />
            {found.verb !== 'go' && <span className="text-dim">{verbWords[found.verb]}</span>}
            <span className="truncate font-mono text-mono">{visibleText(name)}</span>
          </Menu.Item>
        ))}
        {found.moreHosts > 0 && (
          <p className="px-3 py-1 text-caption text-dim">and {found.moreHosts} more</p>
        )}
      </Menu.Group>
    );
  }
}

const hostValue = (name: string): string => `host ${name}`;

const itemClass =
  'flex h-8 items-center gap-2 rounded-sm px-3 select-none data-[selected=true]:bg-chosen';
const groupClass =
  '[&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-caption [&_[cmdk-group-heading]]:text-dim';

function Keys({ command }: { readonly command: Command }) {
  const [keys] = command.keys ?? [];
  if (keys === undefined) return null;
  return <span className="ml-auto pl-4 text-caption text-dim">{keysInWords(keys)}</span>;
}
