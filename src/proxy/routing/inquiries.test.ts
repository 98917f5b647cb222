import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { limits } from '../../shared/limits.ts';
import { Inquiries } from './inquiries.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function bench() {
  const sent: (readonly string[])[] = [];
  const inquiries = new Inquiries({
    send: (serial, names) => {
      sent[serial] = names;
    },
    now: () => performance.now(),
  });
  return { inquiries, sent: () => sent.filter((names) => names !== undefined) };
}

test('what is asked in one turn is one message, and each host is asked about once', async () => {
  const { inquiries, sent } = bench();
  const answers = [
    inquiries.ask('a.x', ['a.x', '*.x', '*']),
    inquiries.ask('b.x', ['b.x', '*.x', '*']),
    inquiries.ask('a.x', ['a.x', '*.x', '*']),
  ];
  vi.advanceTimersByTime(0);
  expect(inquiries.ask('a.x', ['a.x'])).toBe(answers[0]);
  expect(sent()).toEqual([['a.x', '*.x', '*', 'b.x']]);
  inquiries.told(1);
  await Promise.all(answers);
  expect(inquiries.pending).toBe(0);
});

test('an answer that does not come is waited for no longer than allowed', async () => {
  const { inquiries } = bench();
  const answer = inquiries.ask('a', ['a']);
  vi.advanceTimersByTime(limits.inquiryMs);
  await answer;
  expect(inquiries.pending).toBe(0);
  inquiries.told(1);
});

test('the same host is not asked about again for a while', () => {
  const { inquiries } = bench();
  expect(inquiries.ask('a', ['a'])).not.toBeNull();
  vi.advanceTimersByTime(0);
  inquiries.told(1);
  vi.advanceTimersByTime(limits.inquiryRepeatMs - 1);
  expect(inquiries.ask('a', ['a'])).toBeNull();
  vi.advanceTimersByTime(1);
  expect(inquiries.ask('a', ['a'])).not.toBeNull();
});

test('no more hosts are asked about at the same time than allowed', () => {
  const { inquiries } = bench();
  for (let i = 0; i < limits.maxPendingInquiries; i++) {
    expect(inquiries.ask(`h${i}`, ['*'])).not.toBeNull();
  }
  expect(inquiries.ask('one more', ['*'])).toBeNull();
  expect(inquiries.pending).toBe(limits.maxPendingInquiries);
});

test('closing leaves nobody waiting, and asks nothing any more', async () => {
  const { inquiries, sent } = bench();
  const answer = inquiries.ask('a', ['a']);
  inquiries.close();
  await answer;
  vi.runAllTimers();
  expect(sent()).toEqual([]);
  expect(inquiries.ask('b', ['b'])).toBeNull();
  expect(vi.getTimerCount()).toBe(0);
});
