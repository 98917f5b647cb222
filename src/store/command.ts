/** One Redis command: its name in lower case, then its arguments. */
export type StoreCommand = readonly [name: string, ...args: (string | number)[]];

/** The key of a command that has one: its first argument, but of MEMORY USAGE. */
export const keyOf = (command: StoreCommand): string =>
  String(command[command[0] === 'memory' ? 2 : 1]);

/** What a server said to one command. An error reply is an answer too: it tells about this command only. */
export type Reply =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: string };

/** No answer came: not connected, cut off, or silent for too long. */
export class StoreAway extends Error {
  override readonly name = 'StoreAway';
}

/** A transaction was not made, since a watched key had changed. */
export class Discarded extends Error {
  override readonly name = 'Discarded';
}

/** The text of anything thrown, on one line and without a stack. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.replace(/\s+/g, ' ').slice(0, 200);
}
