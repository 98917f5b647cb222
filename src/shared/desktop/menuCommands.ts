/** A command of the interface that stands in the application menu, too. */
export interface MenuCommand {
  readonly id: string;
  /** A verb first. */
  readonly title: string;
  readonly menu: 'file' | 'traffic' | 'go' | 'help';
  /** As `mod+k`, `/` or `g h`: `mod` is ⌘ on a Mac and Ctrl elsewhere. None that undoes or redoes what is typed. */
  readonly key: string;
}

/** The interface runs its command of the same id when one is chosen; pages are reached by `navigate`. */
export const menuCommands = [
  { id: 'host.add', title: 'Add a host…', menu: 'file', key: 'mod+n' },
  { id: 'host.undo', title: 'Undo the last edit of hosts', menu: 'file', key: 'u' },
  { id: 'traffic.export', title: 'Export requests…', menu: 'file', key: 'mod+e' },
  { id: 'palette', title: 'Find a command, host or page…', menu: 'go', key: 'mod+k' },
  { id: 'filter', title: 'Filter the list', menu: 'go', key: '/' },
  { id: 'traffic.pause', title: 'Pause or resume the view', menu: 'traffic', key: 'p' },
  { id: 'traffic.latest', title: 'Jump to the latest', menu: 'traffic', key: 'g g' },
  { id: 'traffic.clear', title: 'Clear the view', menu: 'traffic', key: 'x' },
  { id: 'traffic.replay', title: 'Replay the request', menu: 'traffic', key: 'r' },
  {
    id: 'traffic.replay-edit',
    title: 'Edit and replay the request…',
    menu: 'traffic',
    key: 'e',
  },
  { id: 'keys', title: 'Show all keys', menu: 'help', key: '?' },
] as const satisfies readonly MenuCommand[];

export type MenuCommandId = (typeof menuCommands)[number]['id'];
