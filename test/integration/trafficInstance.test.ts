import { readFile } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ControlClient, connectControl } from '../../src/core/client/index.ts';
import type { NumberedRecord } from '../../src/shared/contract/traffic.ts';
import { type BerthProcess, startBerth } from '../support/berthProcess.ts';
import { eventually } from '../support/eventually.ts';
import { parseExposition } from '../support/exposition.ts';
import { type StatusBackend, startStatusBackend } from '../support/statusBackend.ts';

let backends: StatusBackend[];
let berth: BerthProcess;
let client: ControlClient;
const following: { readonly leaving: AbortController; readonly done: Promise<void> }[] = [];

beforeEach(async () => {
  backends = [await startStatusBackend(200), await startStatusBackend(500)];
  berth = await startBerth({ config: { server: { workers: 2 } } });
  client = await connectControl({ socket: join(berth.home, 'run', 'control.sock') });
  for (const [index, name] of ['good.test', 'bad.test'].entries()) {
    await client.api.hosts.add({ name, backends: [backends[index]?.url ?? ''] });
  }
});

afterEach(async () => {
  for (const { leaving, done } of following.splice(0)) {
    leaving.abort();
    await done;
  }
  client.close();
  await berth[Symbol.asyncDispose]();
  for (const backend of backends) await backend[Symbol.asyncDispose]();
});

const ask = (host: string, path: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const request = get(
      { host: '127.0.0.1', port: berth.port, path, headers: { host }, agent: false },
      (response) => {
        response.resume().once('end', () => resolve(response.statusCode ?? 0));
      },
    );
    request.once('error', reject);
  });

/** Follows until the test ends. */
async function follow(filter: string, backlog = 0) {
  const leaving = new AbortController();
  const seen: NumberedRecord[] = [];
  const lost = { count: 0 };
  const stream = await client.api.traffic.follow({ filter, backlog }, { signal: leaving.signal });
  const done = (async () => {
    for await (const { records, dropped } of stream) {
      seen.push(...records);
      lost.count += dropped;
    }
  })().catch(() => {});
  following.push({ leaving, done });
  return { seen, lost };
}

const passed = (count: number): Promise<void> =>
  eventually(`${count} records`, async () => {
    const { held } = await client.api.traffic.recent({ filter: '', limit: 0 });
    return held === count;
  });

describe('what passes a running instance', () => {
  it('is seen by everyone who follows it, as far as it passes the filter, and counted', async () => {
    const all = await follow('');
    const failed = await follow('status:5xx path:/b* -path:/b3');
    const asked: Promise<number>[] = [];
    for (let index = 0; index < 20; index++) asked.push(ask('good.test', `/g${index}`));
    for (let index = 0; index < 5; index++) asked.push(ask('bad.test', `/b${index}`));
    asked.push(ask('nobody.test', '/n'));
    const answers = await Promise.all(asked);
    expect(answers.filter((status) => status === 200)).toHaveLength(20);
    expect(backends.map(({ requests }) => requests)).toEqual([20, 5]);

    await eventually('all records', () => all.seen.length === 26 && failed.seen.length === 4);
    expect(all.seen.map(({ id }) => id)).toEqual(Array.from({ length: 26 }, (_, at) => at + 1));
    expect(failed.seen.map(({ target }) => target).sort()).toEqual(['/b0', '/b1', '/b2', '/b4']);
    expect([all.lost.count, failed.lost.count]).toEqual([0, 0]);

    const { hosts } = await client.api.traffic.hosts();
    const numbers = hosts.map(({ host, frontend, requests, errors }) => [
      host,
      frontend,
      requests,
      errors,
    ]);
    expect(numbers).toEqual([
      ['good.test', 'good.test', 20, 0],
      ['bad.test', 'bad.test', 5, 5],
      ['nobody.test', null, 1, 0],
    ]);

    const metrics = parseExposition(await client.api.instance.metrics());
    const requests = metrics.get('berth_requests_total')?.samples ?? [];
    const of = (host: string) =>
      requests.find(({ labels }) => labels['host'] === host && labels['method'] === 'GET');
    expect(of('good.test')).toMatchObject({
      labels: { backend: backends[0]?.url, code_class: '2xx' },
      value: 20,
    });
    expect(of('bad.test')).toMatchObject({ labels: { code_class: '5xx' }, value: 5 });
    expect(of('none')).toMatchObject({ labels: { code_class: '4xx' }, value: 1 });
    expect(metrics.get('berth_backends')?.samples).toContainEqual(
      expect.objectContaining({ labels: { state: 'up' }, value: 2 }),
    );
  });

  it('can be looked at afterwards, and followed from there', async () => {
    // Two workers: records are in the order in which their batches came.
    for (const number of [1, 2, 3]) {
      await ask('good.test', `/${number}`);
      await passed(number);
    }
    const page = await client.api.traffic.recent({ filter: 'host=good.test', limit: 2 });
    expect(page).toMatchObject({ matched: 3, held: 3 });
    expect(page.records.map(({ target }) => target)).toEqual(['/2', '/3']);
    const stream = await follow('', 1);
    await ask('good.test', '/4');
    await eventually('the backlog and more', () => stream.seen.length === 2);
    expect(stream.seen.map(({ target }) => target)).toEqual(['/3', '/4']);
  });

  it('can be watched from the top: the newest that pass, and how many there are', async () => {
    for (const number of [1, 2, 3]) {
      await ask('good.test', `/${number}`);
      await passed(number);
    }
    const stream = await client.api.traffic.watch({ filter: 'host=good.test', rows: 2, since: 2 });
    const next = async () => {
      const news = await stream.next();
      if (news.done === true) throw new Error('it ended');
      return { ...news.value, records: news.value.records.map(({ target }) => target) };
    };
    const first = { came: 1, matched: 3, held: 3, newest: 3, dropped: 0, records: ['/2', '/3'] };
    expect(await next()).toEqual(first);
    await ask('bad.test', '/other');
    expect(await next()).toEqual({ ...first, came: 0, held: 4, newest: 4, records: [] });
    await ask('good.test', '/4');
    expect(await next()).toMatchObject({ came: 1, matched: 4, held: 5, records: ['/4'] });
    await stream.return?.(undefined);
  });

  it('cannot be asked for with a filter that is none, and the refusal names the place', async () => {
    const refusal = {
      code: 'BERTH_INPUT_INVALID',
      detail: expect.stringContaining('filter, column 3: "hots" is no key; did you mean host?'),
    };
    await expect(client.api.traffic.recent({ filter: 'a hots:b', limit: 1 })).rejects.toMatchObject(
      refusal,
    );
    await expect(follow('a hots:b')).rejects.toMatchObject(refusal);
  });

  it('is not kept while the capture is off, and counted and logged all the same', async () => {
    await ask('good.test', '/kept');
    await passed(1);
    expect(await client.api.traffic.capture({ on: false })).toEqual({ on: false });
    expect((await client.api.instance.status()).capture).toBe(false);
    await ask('good.test', '/not-kept');
    await eventually('it is counted', async () => {
      const { hosts } = await client.api.traffic.hosts();
      return hosts[0]?.requests === 2;
    });
    expect(await client.api.traffic.recent({ filter: '' })).toMatchObject({
      held: 1,
      capture: false,
    });
    expect(await client.api.instance.metrics()).toMatch(
      /^berth_requests_total\{.*good\.test.*\} 2$/m,
    );
    await eventually('it is logged', async () =>
      (await readFile(berth.accessLog, 'latin1')).includes('/not-kept'),
    );
    await client.api.traffic.capture({ on: true });
    await ask('good.test', '/kept-again');
    await passed(2);
    expect((await client.api.instance.status()).capture).toBe(true);
  });

  it('is logged in another format from a reload on, with no line lost', async () => {
    await ask('good.test', '/before');
    await passed(1);
    await berth.reload({ server: { workers: 2, accessLogFormat: 'json' } });
    await ask('good.test', '/after');
    const lines = async () => (await readFile(berth.accessLog, 'latin1')).split('\n').slice(0, -1);
    await eventually('two lines', async () => (await lines()).length === 2);
    const [before = '', after = ''] = await lines();
    expect(before).toMatch(/^::ffff:127\.0\.0\.1 - - \[.*\] "GET \/before HTTP\/1\.1" 200 /);
    expect(JSON.parse(after)).toMatchObject({ target: '/after', host: 'good.test', status: 200 });
  });
});
