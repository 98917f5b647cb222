import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { quoted, quotedBytes, shellWord } from './shellWord.ts';

/** What bash makes of a word. */
const read = (word: string): Buffer =>
  execFileSync('bash', ['-c', `printf %s ${word}`], { env: { LC_ALL: 'C.UTF-8' } });

it.each(["it's", '$(id) `id` !x', 'a\u001b[31m\nb', 'shop\u202etset', "'\\\u0007'", 'grün', '€'])(
  '%j is the same to a shell',
  (text) => {
    expect(read(quoted(text)).toString()).toBe(text);
  },
);

it('shows a person everything of what is pasted', () => {
  expect(quoted('a\u001b[201~\u202eb')).toBe("$'a\\x1b[201~\\xe2\\x80\\xaeb'");
  expect(quoted('grün')).toBe("'grün'");
});

it('takes each character of a header for its byte', () => {
  const bytes = Buffer.from([0x61, 0xc3, 0xbc, 0x27, 0x5c, 0xff]);
  expect(read(quotedBytes(bytes.toString('latin1'))).equals(bytes)).toBe(true);
  expect(quotedBytes('demo/1.0')).toBe("'demo/1.0'");
});

it('leaves a plain word as it is', () => {
  expect(shellWord('http://app.test:8080/a')).toBe('http://app.test:8080/a');
  expect(shellWord('a b')).toBe("'a b'");
});
