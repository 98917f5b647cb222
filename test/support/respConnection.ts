import { connect, type Socket } from 'node:net';

/** Index behind the RESP2 reply that begins at `at`, or -1 when it is not complete. */
function replyEnd(bytes: string, at: number): number {
  const line = bytes.indexOf('\r\n', at);
  if (line === -1) return -1;
  const kind = bytes[at];
  const number = Number(bytes.slice(at + 1, line));
  let end = line + 2;
  if (kind === '$') {
    if (number < 0) return end;
    end += number + 2;
    return end <= bytes.length ? end : -1;
  }
  if (kind === '*') {
    for (let i = 0; i < number; i++) {
      end = replyEnd(bytes, end);
      if (end === -1) return -1;
    }
  }
  return end;
}

export const request = (...words: readonly string[]): string =>
  `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word, 'latin1')}\r\n${word}\r\n`).join('')}`;

/** A connection that shows each reply as the very bytes (latin1) that came. */
export class RespConnection {
  readonly #socket: Socket;
  readonly #closed: Promise<void>;
  #received = '';
  #waiting: { resolve: (reply: string) => void; reject: (error: Error) => void }[] = [];
  #isClosed = false;

  constructor(
    where: { readonly port: number; readonly host?: string } | { readonly path: string },
  ) {
    this.#socket = connect(where);
    this.#socket.setEncoding('latin1');
    this.#socket.on('data', (chunk: string) => {
      this.#received += chunk;
      this.#deliver();
    });
    this.#socket.on('error', () => {});
    this.#closed = new Promise((resolve) => {
      this.#socket.on('close', () => {
        this.#isClosed = true;
        for (const { reject } of this.#waiting.splice(0)) reject(new Error('closed'));
        resolve();
      });
    });
  }

  /** Sends a command and takes the next reply. */
  send(...words: readonly string[]): Promise<string> {
    this.write(request(...words));
    return this.next();
  }

  write(bytes: string): void {
    this.#socket.write(bytes, 'latin1');
  }

  /** The next reply or message. */
  next(): Promise<string> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed && this.#received === '') reject(new Error('closed'));
      this.#waiting.push({ resolve, reject });
      this.#deliver();
    });
  }

  /** What has come and nobody has taken. */
  get unread(): string {
    return this.#received;
  }

  /** No more is read from the socket until `resume`. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Resolves when the other side has closed. */
  get closed(): Promise<void> {
    return this.#closed;
  }

  close(): void {
    this.#socket.destroy();
  }

  #deliver(): void {
    while (this.#waiting.length > 0) {
      const end = replyEnd(this.#received, 0);
      if (end === -1) return;
      const reply = this.#received.slice(0, end);
      this.#received = this.#received.slice(end);
      this.#waiting.shift()?.resolve(reply);
    }
  }
}
