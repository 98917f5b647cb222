import { expect, test } from 'vitest';
import { reasonOf } from './readFile.ts';

test.each([
  ['ENOENT', 'it does not exist'],
  ['EACCES', 'it may not be read by this user'],
  ['EISDIR', 'it is a directory'],
  ['EIO', 'the words of the system'],
])('%s means: %s', (code, reason) => {
  expect(reasonOf(Object.assign(new Error('the words of the system'), { code }))).toBe(reason);
});
