/** What a command answers, before it is encoded. Strings are byte strings and become bulk strings. */
export type Reply =
  | string
  | number
  | bigint
  | null
  | Status
  | Failure
  | NullArray
  | readonly Reply[];

/** A simple string, such as `+OK`. */
export interface Status {
  readonly status: string;
}

/** An error, with its code: `ERR …`, `WRONGTYPE …`. */
interface Failure {
  readonly error: string;
}

export interface NullArray {
  readonly nullArray: true;
}

export const ok: Status = { status: 'OK' };
export const queued: Status = { status: 'QUEUED' };
export const nullArray: NullArray = { nullArray: true };

/** Ends a command with an error answer; what it changed so far is undone. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

export const wrongType = (): CommandError =>
  new CommandError('WRONGTYPE Operation against a key holding the wrong kind of value');
export const syntaxError = (): CommandError => new CommandError('ERR syntax error');
export const notAnInteger = (): CommandError =>
  new CommandError('ERR value is not an integer or out of range');
export const wrongArity = (name: string): CommandError =>
  new CommandError(`ERR wrong number of arguments for '${name}' command`);

function put(reply: Reply, into: string[]): void {
  if (reply === null) into.push('$-1\r\n');
  else if (typeof reply === 'string') into.push(`$${reply.length}\r\n`, reply, '\r\n');
  else if (typeof reply === 'number' || typeof reply === 'bigint') into.push(`:${reply}\r\n`);
  else if ('status' in reply) into.push(`+${reply.status}\r\n`);
  else if ('error' in reply) into.push(`-${reply.error.replace(/[\r\n]/g, ' ')}\r\n`);
  else if ('nullArray' in reply) into.push('*-1\r\n');
  else {
    into.push(`*${reply.length}\r\n`);
    for (const item of reply) put(item, into);
  }
}

/** The bytes of an answer in RESP2, as a byte string. */
export function encodeReply(reply: Reply): string {
  const parts: string[] = [];
  put(reply, parts);
  return parts.join('');
}

/** The bytes of a request, as it stands on the wire and in an append-only file. */
export function encodeCommand(words: readonly string[]): string {
  return encodeReply(words);
}
