import { expect, test } from 'vitest';
import { ReadMemory } from './readMemory.ts';

/** Bytes come, as node:net hands them over. @returns the memory that they came in */
function receive(reads: ReadMemory, text: string): Buffer {
  const memory = nextOf(reads);
  const bytes = memory.write(text, 'latin1');
  reads.onread.callback(bytes, memory);
  return memory;
}

function nextOf({ onread: { buffer } }: ReadMemory): Buffer {
  return (typeof buffer === 'function' ? buffer() : buffer) as Buffer;
}

const isSame = (one: Buffer, other: Buffer): boolean => one.buffer === other.buffer;

test('memory of which nobody needs anything is read into again', () => {
  const reads = new ReadMemory({ most: 64 });
  reads.hear = () => false;
  const first = receive(reads, 'one');
  expect(isSame(receive(reads, 'two'), first)).toBe(true);
});

test('what somebody needs stays as it is, until he does no longer', () => {
  const reads = new ReadMemory({ most: 64 });
  let kept: Buffer = Buffer.alloc(0);
  reads.hear = (chunk) => {
    kept = chunk;
    return true;
  };
  const first = receive(reads, 'one');
  expect(isSame(nextOf(reads), first)).toBe(false);
  expect(kept.toString()).toBe('one');
  reads.free();
  const second = receive(reads, 'two');
  expect(isSame(second, first)).toBe(false);
  expect(isSame(nextOf(reads), first)).toBe(true);
  expect(kept.toString()).toBe('two');
});

test('of several large ones that are needed none is read into, and the last serves again', () => {
  const reads = new ReadMemory({ most: 64 * 1024 });
  const kept: Buffer[] = [];
  reads.hear = (chunk) => {
    kept.push(chunk);
    return true;
  };
  const texts = ['1', '2', '3'].map((digit) => digit.repeat(20_000));
  const memories = texts.map((text) => receive(reads, text));
  expect(new Set([...memories, nextOf(reads)].map(({ buffer }) => buffer)).size).toBe(4);
  expect(kept.join()).toBe(texts.join());
  reads.free();
  receive(reads, 'four');
  expect(isSame(nextOf(reads), memories[2] ?? Buffer.alloc(0))).toBe(true);
});

test('one that rests keeps a single piece', () => {
  const reads = new ReadMemory({ most: 64 });
  reads.hear = () => true;
  const first = receive(reads, 'one');
  nextOf(reads);
  reads.free();
  reads.rest();
  receive(reads, 'two');
  expect(isSame(nextOf(reads), first)).toBe(false);
});

test('who once filled it gets more of it', () => {
  const reads = new ReadMemory({ most: 64, first: 4 });
  reads.hear = () => false;
  expect(nextOf(reads)).toHaveLength(4);
  receive(reads, 'four');
  expect(nextOf(reads)).toHaveLength(64);
});

test('what comes into common memory is copied, and who brings more than small pieces that are kept gets memory of his own', () => {
  const common = Buffer.alloc(8);
  const kept: Buffer[] = [];
  const [one, other] = [0, 1].map(() => {
    const reads = new ReadMemory({ most: 64, common });
    reads.hear = (chunk) => {
      kept.push(chunk);
      return true;
    };
    return reads;
  }) as [ReadMemory, ReadMemory];
  expect(isSame(receive(one, 'one'), common)).toBe(true);
  expect(isSame(receive(other, 'other'), common)).toBe(true);
  expect(kept.join()).toBe('one,other');
  receive(one, 'all of it');
  expect(isSame(nextOf(one), common)).toBe(false);
  for (let i = 0; i < 8; i++) receive(other, 'often');
  expect(isSame(nextOf(other), common)).toBe(true);
  other.hear = () => false;
  for (let i = 0; i < 8; i++) receive(other, 'often');
  expect(isSame(nextOf(other), common)).toBe(false);
  expect(nextOf(other)).toHaveLength(64);
  other.rest();
  expect(isSame(nextOf(other), common)).toBe(true);
});

test('small pieces that are needed one after another share the memory that they came in', () => {
  const reads = new ReadMemory({ most: 64 * 1024 });
  const kept: Buffer[] = [];
  reads.hear = (chunk) => {
    kept.push(chunk);
    return true;
  };
  const memories = new Set<ArrayBufferLike>();
  for (const piece of ['one', 'two', 'three', 'four', 'five']) {
    memories.add(receive(reads, piece).buffer);
  }
  expect(memories.size).toBe(2);
  expect(kept.join()).toBe('one,two,three,four,five');
  reads.free();
  receive(reads, 'six');
  receive(reads, 'seven');
  expect(kept.slice(5).join()).toBe('six,seven');
});
