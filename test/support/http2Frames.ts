import { connect, type TLSSocket } from 'node:tls';
import { eventually } from './eventually.ts';

/** Types of frames, RFC 9113 section 6. */
export const frameType = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  push: 5,
  ping: 6,
  goaway: 7,
  window: 8,
  continuation: 9,
} as const;

export const flag = { endStream: 1, ack: 1, endHeaders: 4, padded: 8 } as const;

export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

/** A frame as bytes, whatever sense it makes. */
export function frame(
  type: number,
  flags: number,
  stream: number,
  payload: Buffer = Buffer.alloc(0),
): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** An integer of HPACK behind a prefix of seven bits that stands in a byte of its own (RFC 7541 section 5.1). */
function length(value: number): Buffer {
  if (value < 127) return Buffer.from([value]);
  const bytes = [127];
  let rest = value - 127;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
}

/** Fields in HPACK, each as a literal that is not indexed: to the letter, whatever HTTP/2 allows. */
export const fieldBlock = (fields: readonly (readonly [string, string])[]): Buffer =>
  Buffer.concat(
    fields.flatMap(([name, value]) => {
      const [first, second] = [Buffer.from(name, 'latin1'), Buffer.from(value, 'latin1')];
      return [Buffer.from([0]), length(first.length), first, length(second.length), second];
    }),
  );

/** The fields of a plain request, with others instead or beside. */
export const requestFields = (
  more: readonly (readonly [string, string])[] = [],
  change: Readonly<Record<string, string | null>> = {},
): (readonly [string, string])[] => {
  const pseudo: Record<string, string | null> = {
    ':method': 'GET',
    ':scheme': 'https',
    ':path': '/',
    ':authority': 'app.dev.local',
    ...change,
  };
  const given = Object.entries(pseudo).flatMap(([name, value]) =>
    value === null ? [] : [[name, value] as const],
  );
  return [...given, ...more];
};

export const headers = (
  stream: number,
  fields: readonly (readonly [string, string])[],
  flags: number = flag.endStream | flag.endHeaders,
): Buffer => frame(frameType.headers, flags, stream, fieldBlock(fields));

export const data = (stream: number, text: string, end = false): Buffer =>
  frame(frameType.data, end ? flag.endStream : 0, stream, Buffer.from(text, 'latin1'));

export const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

export const reset = (stream: number, code: number): Buffer =>
  frame(frameType.reset, 0, stream, uint32(code));

/** One setting, RFC 9113 section 6.5.1. */
export const setting = (id: number, value: number): Buffer =>
  Buffer.concat([Buffer.from([0, id]), uint32(value)]);

/** A client that writes frames by itself, and keeps those that come. */
export class Http2Frames {
  readonly socket: TLSSocket;
  readonly frames: Frame[] = [];
  ended = false;
  #rest: Buffer = Buffer.alloc(0);

  constructor(socket: TLSSocket) {
    this.socket = socket;
    socket.on('error', () => {});
    socket.on('close', () => {
      this.ended = true;
    });
    socket.on('end', () => {
      this.ended = true;
    });
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
  }

  send(...parts: readonly Buffer[]): this {
    this.socket.write(Buffer.concat(parts));
    return this;
  }

  /** The preface and settings, after which anything may follow. */
  begin(settings: Buffer = Buffer.alloc(0)): this {
    return this.send(
      Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1'),
      frame(frameType.settings, 0, 0, settings),
    );
  }

  of(type: number, stream: number): readonly Frame[] {
    return this.frames.filter((each) => each.type === type && each.stream === stream);
  }

  /** The code with which a stream was reset, or null. */
  resetOf(stream: number): number | null {
    return this.of(frameType.reset, stream)[0]?.payload.readUInt32BE(0) ?? null;
  }

  /** The code of the last GOAWAY, or null. */
  get goaway(): number | null {
    return this.of(frameType.goaway, 0).at(-1)?.payload.readUInt32BE(4) ?? null;
  }

  /** The server has ended a stream by itself, as if all were well. */
  endOf(stream: number): boolean {
    return this.frames.some(
      (each) =>
        each.stream === stream &&
        (each.type === frameType.data || each.type === frameType.headers) &&
        (each.flags & flag.endStream) !== 0,
    );
  }

  bodyOf(stream: number): string {
    return Buffer.concat(this.of(frameType.data, stream).map(({ payload }) => payload)).toString(
      'latin1',
    );
  }

  async until(what: string, holds: (client: this) => boolean): Promise<void> {
    await eventually(what, () => holds(this));
  }

  destroy(): void {
    this.socket.destroy();
  }

  #take(chunk: Buffer): void {
    let rest = Buffer.concat([this.#rest, chunk]);
    while (rest.length >= 9) {
      const size = rest.readUIntBE(0, 3);
      if (rest.length < 9 + size) break;
      const [type = 0, flags = 0] = rest.subarray(3, 5);
      const stream = rest.readUInt32BE(5) & 0x7fffffff;
      this.frames.push({ type, flags, stream, payload: rest.subarray(9, 9 + size) });
      rest = rest.subarray(9 + size);
    }
    this.#rest = rest;
  }
}

/** Connects over TLS with HTTP/2 chosen; nothing is sent. */
export async function dialFrames(port: number): Promise<Http2Frames> {
  const socket = connect({
    port,
    host: '127.0.0.1',
    servername: 'localhost',
    rejectUnauthorized: false,
    ALPNProtocols: ['h2'],
  });
  const client = new Http2Frames(socket);
  await new Promise<void>((done, fail) => {
    socket.once('secureConnect', () => done());
    socket.once('error', fail);
  });
  return client;
}
