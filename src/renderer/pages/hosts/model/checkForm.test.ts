import { expect, test } from 'vitest';
import { defaultCheck, formOf, readForm } from './checkForm.ts';

test('what is shown of a check is read as the same check', () => {
  const check = { ...defaultCheck, host: 'app', intervalMs: 2500, path: '/health' };
  expect(readForm(formOf(check))).toEqual({ ok: true, check });
  expect(formOf(check)).toMatchObject({ interval: '2.5', host: 'app' });
});

test('a form is read as a person means it', () => {
  expect(
    readForm({ ...formOf(defaultCheck), method: ' get ', host: ' ', expect: '200, 3xx' }),
  ).toMatchObject({ ok: true, check: { method: 'GET', host: null, expect: '200,3xx' } });
});

test.each([
  [{ interval: '' }, 'interval'],
  [{ interval: '0' }, 'interval'],
  [{ timeout: 'x' }, 'timeout'],
  [{ rise: '1.5' }, 'rise'],
  [{ fall: '0' }, 'fall'],
  [{ path: 'health' }, 'path'],
  [{ expect: 'ok' }, 'expect'],
  [{ host: 'a b' }, 'host'],
  [{ method: 'GET /' }, 'method'],
] as const)('%j names the field that is wrong', (change, field) => {
  const read = readForm({ ...formOf(defaultCheck), ...change });
  if (read.ok) throw new Error('it was read');
  expect(Object.keys(read.problems)).toEqual([field]);
  expect(read.problems[field]).not.toBe('');
});
