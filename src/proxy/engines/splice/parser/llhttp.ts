/// <reference path="./llhttpWasm.d.ts" />
import wasm from 'undici/lib/llhttp/llhttp-wasm.js';
import { limits } from '../../../../shared/limits.ts';

/** Error codes of llhttp that are none. */
const ok = 0;
const paused = 21;
const pausedUpgrade = 22;

const blanksAtEnd = /[ \t]+$/;

/** What a parser reads. */
export const Reads = { requests: 1, responses: 2 } as const;
export type Reads = (typeof Reads)[keyof typeof Reads];

/**
 * Where a parser stopped: `more`: at the end of the bytes, in the middle of a message or before one; `head`: behind a
 * head; `complete`: behind a message; `error`: before what is no HTTP, or more framing than anybody needs.
 */
export type Stop = 'more' | 'head' | 'complete' | 'error';

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  malloc(bytes: number): number;
  llhttp_alloc(type: Reads): number;
  llhttp_free(parser: number): void;
  llhttp_reset(parser: number): void;
  llhttp_execute(parser: number, at: number, length: number): number;
  llhttp_finish(parser: number): number;
  llhttp_resume(parser: number): void;
  llhttp_get_error_pos(parser: number): number;
}

interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

/** Bytes that are parsed at a time: what one read of a socket brings at most. */
const areaBytes = 64 * 1024;

/** The parser that Node uses, as WebAssembly and in its strict mode: judges every head, and frames the bodies that it is given. */
export class Llhttp {
  readonly exports: Exports;
  /** Where the bytes to parse are put. */
  readonly area: number;
  /** The parser that runs. */
  current: MessageParser | null = null;
  #view: Buffer;

  constructor() {
    // The types of Node leave it out.
    const api = Reflect.get(globalThis, 'WebAssembly') as WebAssemblyApi;
    const instance = new api.Instance(new api.Module(wasm), {
      env: {
        wasm_on_message_begin: () => ok,
        wasm_on_url: () => ok,
        wasm_on_status: () => ok,
        wasm_on_header_field: (_: number, at: number, length: number) =>
          this.current?.trailerName(at, length) ?? ok,
        wasm_on_header_value: (_: number, at: number, length: number) =>
          this.current?.trailerValue(at, length) ?? ok,
        wasm_on_headers_complete: (_: number, _status: number, upgrade: number, keep: number) =>
          this.current?.headDone(upgrade !== 0, keep !== 0) ?? ok,
        wasm_on_body: (_: number, at: number, length: number) =>
          this.current?.body(at, length) ?? ok,
        wasm_on_message_complete: () => this.current?.messageDone() ?? ok,
      },
    });
    // Its interface is that of the pinned version.
    this.exports = instance.exports as Exports;
    this.area = this.exports.malloc(areaBytes);
    this.#view = Buffer.from(this.exports.memory.buffer);
  }

  /** The memory, which moves when it grows. */
  get view(): Buffer {
    const { buffer } = this.exports.memory;
    if (this.#view.buffer !== buffer) this.#view = Buffer.from(buffer);
    return this.#view;
  }

  parser(reads: Reads): MessageParser {
    return new MessageParser(this, reads);
  }
}

/** Reads the messages of one connection, one way. Stops behind each head and behind each message. */
export class MessageParser {
  /** Where the last `execute` stopped, from the beginning of its chunk. */
  position = 0;
  /** Parts of the body that the last `execute` went over: from, to, from, to. */
  readonly spans: number[] = [];
  /** The present message offers to switch protocols: nothing behind it is HTTP, if that is taken. */
  upgrade = false;
  /** The connection may serve another message, as far as this one says. */
  keepAlive = false;
  /** Flat list: name, value, name, value. */
  trailers: string[] = [];
  readonly #llhttp: Llhttp;
  #pointer: number;
  #inHead = true;
  #complete = false;
  #paused = false;
  /** What has to be added to a pointer to get a place in the chunk. */
  #offset = 0;
  /** Bytes of framing in the present body, beyond what its parts may need. */
  #extra = 0;
  /** The field that came last was a name; parts of one may come one by one. */
  #named = false;
  /** The last message said that it was the last. */
  #closed = false;

  constructor(llhttp: Llhttp, reads: Reads) {
    this.#llhttp = llhttp;
    this.#pointer = llhttp.exports.llhttp_alloc(reads);
  }

  /** Reads on. @param at where in the chunk to begin */
  execute(chunk: Buffer, at: number): Stop {
    const { exports, area } = this.#llhttp;
    if (this.spans.length > 0) this.spans.length = 0;
    if (this.#closed) return this.#skipBlanks(chunk, at);
    let from = at;
    for (;;) {
      const length = Math.min(chunk.length - from, areaBytes);
      this.#llhttp.view.set(
        from === 0 && length === chunk.length ? chunk : chunk.subarray(from, from + length),
        area,
      );
      this.#offset = from - area;
      const code = this.#run(length);
      this.position =
        code === ok ? from + length : exports.llhttp_get_error_pos(this.#pointer) + this.#offset;
      if (code === paused || code === pausedUpgrade) {
        this.#paused = true;
        if (this.#complete) return this.#isTooMuch(at) ? 'error' : 'complete';
        return 'head';
      }
      if (code !== ok || this.#isTooMuch(at)) return 'error';
      from += length;
      if (from >= chunk.length) return 'more';
    }
  }

  /** Behind the last message there may be empty lines, and nothing else. */
  #skipBlanks(chunk: Buffer, at: number): Stop {
    let end = at;
    while (end < chunk.length && (chunk[end] === 0x0d || chunk[end] === 0x0a)) end++;
    this.position = end;
    return end === chunk.length ? 'more' : 'error';
  }

  /** The bytes have come to their end. @returns whether a message may end there, or be none at all */
  finish(): boolean {
    const before = this.#complete;
    this.#llhttp.current = this;
    const code = this.#llhttp.exports.llhttp_finish(this.#pointer);
    this.#llhttp.current = null;
    this.#complete = before;
    return code === ok || code === paused || code === pausedUpgrade;
  }

  /**
   * The next bytes that it reads begin a message, whatever the present one is: one whose body is counted, or that said in a
   * trailer that it was the last.
   */
  beginAnew(): void {
    this.#llhttp.exports.llhttp_reset(this.#pointer);
    this.#paused = false;
    this.#next();
  }

  /**
   * The present message is over with its head, whatever that claims of a body: the next bytes begin another, which nobody
   * may send behind one that was to be the last.
   */
  endWithHead(): void {
    this.#closed = !this.keepAlive;
    this.beginAnew();
  }

  free(): void {
    if (this.#pointer === 0) return;
    this.#llhttp.exports.llhttp_free(this.#pointer);
    this.#pointer = 0;
  }

  #run(length: number): number {
    const llhttp = this.#llhttp;
    const { exports, area } = llhttp;
    if (this.#paused) {
      this.#paused = false;
      exports.llhttp_resume(this.#pointer);
      if (this.#complete) this.#next();
    }
    llhttp.current = this;
    const code = exports.llhttp_execute(this.#pointer, area, length);
    llhttp.current = null;
    return code;
  }

  #next(): void {
    this.#complete = false;
    this.#inHead = true;
    this.#extra = 0;
    if (this.trailers.length > 0) this.trailers = [];
  }

  /** Chunk extensions and trailers have no bounds of their own. */
  #isTooMuch(at: number): boolean {
    if (this.#inHead) return false;
    const { spans } = this;
    let framing = this.position - at;
    for (let i = 0; i + 1 < spans.length; i += 2) {
      framing -= (spans[i + 1] ?? 0) - (spans[i] ?? 0) + limits.chunkFramingBytes;
    }
    this.#extra = Math.max(0, this.#extra + framing);
    return this.#extra > limits.maxChunkExtraBytes;
  }

  headDone(upgrade: boolean, keepAlive: boolean): number {
    this.#inHead = false;
    this.#named = false;
    this.upgrade = upgrade;
    this.keepAlive = keepAlive;
    return paused;
  }

  body(at: number, length: number): number {
    const from = at + this.#offset;
    this.spans.push(from, from + length);
    return ok;
  }

  messageDone(): number {
    this.#complete = true;
    const { trailers } = this;
    for (let i = 1; i < trailers.length; i += 2) {
      trailers[i] = trailers[i]?.replace(blanksAtEnd, '') ?? '';
    }
    return paused;
  }

  trailerName(at: number, length: number): number {
    if (this.#inHead) return ok;
    const text = this.#llhttp.view.toString('latin1', at, at + length);
    const { trailers } = this;
    if (this.#named) trailers[trailers.length - 2] += text;
    else trailers.push(text, '');
    this.#named = true;
    return ok;
  }

  trailerValue(at: number, length: number): number {
    if (this.#inHead) return ok;
    const { trailers } = this;
    trailers[trailers.length - 1] += this.#llhttp.view.toString('latin1', at, at + length);
    this.#named = false;
    return ok;
  }
}
