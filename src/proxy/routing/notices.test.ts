import { expect, test } from 'vitest';
import { limits } from '../../shared/limits.ts';
import { Notices } from './notices.ts';

function talk() {
  const lines: string[] = [];
  let at = 0;
  const notices = new Notices(
    (_level, message) => lines.push(message),
    () => at,
  );
  return { lines, notices, pass: (ms: number) => (at += ms) };
}

test('a defect is said once, and again when it is another or came back', () => {
  const { lines, notices } = talk();
  for (let i = 0; i < 100; i++) notices.about('frontend:a', 'it is not a list');
  expect(lines).toEqual(['frontend:a: it is not a list']);
  notices.about('frontend:a', 'backend #0 is not a URL');
  notices.about('frontend:a', null);
  notices.about('frontend:a', 'backend #0 is not a URL');
  expect(lines).toHaveLength(3);
});

test('thousands of defective keys make a few lines a minute, and the rest is counted', () => {
  const { lines, notices, pass } = talk();
  for (let i = 0; i < 5000; i++) notices.about(`frontend:${i}`, 'it is not a list');
  expect(lines).toHaveLength(limits.maxNoticesPerMinute);
  pass(60_000);
  notices.about('frontend:x', 'it is not a list');
  expect(lines.slice(limits.maxNoticesPerMinute)).toEqual([
    `${5000 - limits.maxNoticesPerMinute} more keys of the store are defective`,
    'frontend:x: it is not a list',
  ]);
});

test('a key with control characters makes one line', () => {
  const { lines, notices } = talk();
  notices.about('frontend:a\nwarn: forged', 'it is not a list');
  expect(lines).toEqual(['frontend:a\\nwarn: forged: it is not a list']);
});
