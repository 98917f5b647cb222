import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { limits } from '../../shared/limits.ts';
import type { CertificateQuestion } from '../../shared/model/certificate.ts';
import { createAsks } from './asks.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function bench() {
  const sent: { serial: number; question: CertificateQuestion }[] = [];
  const asks = createAsks({ send: (serial, question) => sent.push({ serial, question }) });
  return { asks, sent };
}
const host = (name: string, client = ''): CertificateQuestion => ({
  ...{ name, managed: true, client },
});

test('each hears the answer to its own question', async () => {
  const { asks, sent } = bench();
  const [one, two] = [asks.ask(host('a.test')), asks.ask(host('b.test'))];
  expect(sent.map(({ question }) => question.name)).toEqual(['a.test', 'b.test']);
  asks.told(sent[1]?.serial ?? 0, { kind: 'failed', reason: 'b' });
  asks.told(sent[0]?.serial ?? 0, { kind: 'none' });
  expect(await one).toEqual({ kind: 'none' });
  expect(await two).toEqual({ kind: 'failed', reason: 'b' });
});

test('an answer that does not come has failed in time, and one that comes late is nothing', async () => {
  const { asks, sent } = bench();
  const answer = asks.ask(host('a.test'));
  await vi.advanceTimersByTimeAsync(limits.certificateAskMs);
  expect(await answer).toEqual({ kind: 'failed', reason: expect.stringContaining('5000 ms') });
  asks.told(sent[0]?.serial ?? 0, { kind: 'none' });
  expect(sent).toHaveLength(1);
});

test('so many names are asked for at a time, of which one client has a part; one more is refused at once', async () => {
  const { asks, sent } = bench();
  const { maxPendingCertificates: most, maxPendingCertificatesOfClient: mostOfOne } = limits;
  const first = asks.ask(host('h0.test', '10.0.0.1'));
  for (let i = 1; i < mostOfOne; i++) void asks.ask(host(`h${i}.test`, '10.0.0.1'));
  expect(await asks.ask(host('more.test', '10.0.0.1'))).toMatchObject({ kind: 'refused' });
  for (let i = mostOfOne; i < most; i++) void asks.ask(host(`h${i}.test`, '10.0.0.2'));
  expect(await asks.ask(host('more.test', '10.0.0.3'))).toMatchObject({ kind: 'refused' });
  expect(sent).toHaveLength(most);
  asks.told(1, { kind: 'none' });
  expect(await first).toEqual({ kind: 'none' });
  void asks.ask(host('more.test', '10.0.0.1'));
  expect(sent).toHaveLength(most + 1);
});
