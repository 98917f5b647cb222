import { expect, it } from 'vitest';
import { commandText } from './write.ts';

/** Words of a line as redis-cli splits them: `sdssplitargs` of Redis 7. */
function wordsOf(line: string): readonly string[] {
  const words: string[] = [];
  for (let at = 0; at < line.length; ) {
    if (line[at] === ' ') {
      at++;
      continue;
    }
    const bytes: number[] = [];
    const mark = line[at] === '"' || line[at] === "'" ? line[at] : null;
    if (mark !== null) at++;
    for (;;) {
      if (at >= line.length) {
        if (mark !== null) throw new Error(`${line} has a quote that is not closed`);
        break;
      }
      const rest = line.slice(at);
      const hex = mark === '"' ? /^\\x([0-9a-f]{2})/i.exec(rest)?.[1] : undefined;
      const escaped = mark === '"' ? /^\\([\\"nrtba])/.exec(rest)?.[1] : undefined;
      if (hex !== undefined) {
        bytes.push(Number.parseInt(hex, 16));
        at += 4;
      } else if (escaped !== undefined) {
        bytes.push(({ n: 10, r: 13, t: 9, b: 8, a: 7 }[escaped] ?? escaped.charCodeAt(0)) & 0xff);
        at += 2;
      } else if (mark === "'" && rest.startsWith("\\'")) {
        bytes.push(0x27);
        at += 2;
      } else if (rest[0] === (mark ?? ' ')) {
        at++;
        break;
      } else {
        const [character = ''] = rest;
        bytes.push(...Buffer.from(character));
        at += character.length;
      }
    }
    words.push(Buffer.from(bytes).toString());
  }
  return words;
}

it.each([
  ['app', 'app'],
  ['', "''"],
  ['{"a":"b"}', `'{"a":"b"}'`],
  ["it's", "'it\\'s'"],
  ['\\', '"\\\\"'],
  ["\\'", "'\\\\''"],
  ['ends with \\', '"ends with \\\\"'],
  ["x'\nFLUSHALL\n'", '"x\'\\x0aFLUSHALL\\x0a\'"'],
  ['\u009b2J\u202e\t"', '"\\xc2\\x9b2J\\xe2\\x80\\xae\\x09\\""'],
  ['ä\ud83d\ude80', "'ä\ud83d\ude80'"],
])('an argument stays one, on one line, with nothing hidden in it: %j', (argument, word) => {
  const line = commandText(['rpush', 'frontend:app.localhost', argument]);
  expect(line).toBe(`RPUSH frontend:app.localhost ${word}`);
  expect(wordsOf(line)).toEqual(['RPUSH', 'frontend:app.localhost', argument]);
});
