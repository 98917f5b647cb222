/** Names of what goes between the window and the main process. */
export const channels = {
  command: 'berth:command',
  state: 'berth:state',
  /** Carries the interface's address, as `/traffic?filter=status%3A5xx` or `/hosts/app.localhost`. */
  navigate: 'berth:navigate',
  /** Carries a MenuCommandId: it was chosen in the application menu. */
  menu: 'berth:menu',
  /** Asks for a connection to the instance; the answer carries a MessagePort. */
  connect: 'berth:connect',
} as const;
