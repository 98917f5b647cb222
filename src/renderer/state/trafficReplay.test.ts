import { expect, it } from 'vitest';
import { aRecord } from '../../../test/support/record.ts';
import type { ControlApi } from '../../client/client.ts';
import type { Replayed } from '../../shared/contract/traffic.ts';
import { BerthError } from '../../shared/errors.ts';
import { createReplays, type ReplayDraft, replayKey } from './trafficReplay.ts';

const draft: ReplayDraft = { method: 'GET', path: '/', headers: '', body: '', encoding: 'utf8' };
const input = {
  host: 'app.test',
  secure: false,
  method: 'GET',
  path: '/',
  headers: [],
  body: null,
};
const answer: Replayed = {
  ok: true,
  status: 200,
  ms: 1,
  reason: '',
  headers: [],
  body: null,
  record: null,
};
const record = (id: number) => ({ id, ...aRecord() });

/** An instance that answers when it is told to. */
function setUp() {
  const asked: {
    readonly signal: AbortSignal | undefined;
    readonly answer: () => void;
    readonly fail: (error: unknown) => void;
  }[] = [];
  const replay = (_: unknown, options?: { readonly signal?: AbortSignal }): Promise<Replayed> =>
    new Promise((resolve, reject) => {
      const signal = options?.signal;
      signal?.addEventListener('abort', () => reject(signal.reason));
      asked.push({ signal, answer: () => resolve(answer), fail: reject });
    });
  const api = { traffic: { replay } } as unknown as Pick<ControlApi, 'traffic'>;
  const replays = createReplays();
  const of = (id: number) => replays.all.get().get(replayKey(record(id)));
  const send = (id: number, one = draft) => replays.send(api, record(id), one, input);
  return { asked, replays, of, send };
}

it('is running, then done, and each record has its own', async () => {
  const { asked, of, send } = setUp();
  const first = send(1);
  const second = send(2);
  expect(of(1)?.run).toEqual({ kind: 'running' });
  asked[1]?.answer();
  await second;
  expect(of(2)?.run).toEqual({ kind: 'done', method: 'GET', path: '/', answer });
  expect(of(1)?.run).toEqual({ kind: 'running' });
  asked[0]?.answer();
  await first;
});

it('says why it was refused, with the code', async () => {
  const { asked, of, send } = setUp();
  const sent = send(1);
  asked[0]?.fail(new BerthError('BERTH_REPLAYS_BUSY', '8 requests wait'));
  await sent;
  expect(of(1)?.run).toMatchObject({ kind: 'failed', code: 'BERTH_REPLAYS_BUSY' });
});

it('can be cancelled; a further one cancels the one before and alone is told', async () => {
  const { asked, replays, of, send } = setUp();
  const before = send(1);
  const after = send(1);
  expect(asked[0]?.signal?.aborted).toBe(true);
  await before;
  expect(of(1)?.run).toEqual({ kind: 'running' });
  replays.cancel(record(1));
  await after;
  expect(of(1)?.run).toMatchObject({
    kind: 'failed',
    problem: expect.stringContaining('Cancelled'),
  });
});

it('keeps what was written, and goes when nothing was sent', async () => {
  const { asked, replays, of, send } = setUp();
  replays.edit(record(1), draft, 'why');
  replays.write(record(1), { ...draft, path: '/other' });
  expect(of(1)).toMatchObject({ isEditing: true, note: 'why', draft: { path: '/other' } });
  replays.edit(record(1), draft);
  expect(of(1)).toMatchObject({ note: null, draft: { path: '/other' } });
  replays.closeEditor(record(1));
  expect(of(1)).toBeUndefined();
  const sent = send(1, { ...draft, path: '/sent' });
  asked[0]?.answer();
  await sent;
  replays.edit(record(1), draft);
  replays.closeEditor(record(1));
  expect(of(1)).toMatchObject({
    isEditing: false,
    draft: { path: '/sent' },
    run: { kind: 'done' },
  });
});

it('keeps the last twenty, and cancels what goes', async () => {
  const { asked, replays, of, send } = setUp();
  const all = Array.from({ length: 21 }, (_, id) => send(id));
  expect(replays.all.get().size).toBe(20);
  expect(of(0)).toBeUndefined();
  expect(asked[0]?.signal?.aborted).toBe(true);
  for (const one of asked) one.answer();
  await Promise.all(all);
});
