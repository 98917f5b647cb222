import { writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BerthProcess, startBerth } from '../support/berthProcess.ts';
import { type EchoBackend, startEchoBackend } from '../support/echoBackend.ts';
import { eventually } from '../support/eventually.ts';
import { describeWhen, describeWith, isLinux, linuxReason } from '../support/requirement.ts';
import { startStatusBackend } from '../support/statusBackend.ts';
import { runVerb, startOnTerminal, startScript, startVerb } from '../support/verb.ts';

/* What a newcomer does in a second terminal, against an instance in the first. */

let berth: BerthProcess;
beforeEach(async () => {
  berth = await startBerth();
});
afterEach(() => berth[Symbol.asyncDispose]());

const ask = (host: string, path = '/'): Promise<number> =>
  new Promise((resolve, reject) => {
    const asked = request({
      host: '127.0.0.1',
      port: berth.port,
      path,
      headers: { host },
      agent: false,
    });
    asked.once('response', (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
    });
    asked.once('error', reject);
    asked.end();
  });

const verb = (...argv: string[]) => runVerb(berth.home, argv);

describe('hosts', () => {
  it('are added, changed, listed, removed and brought back, and each holds for the next request', async () => {
    await using one = await startEchoBackend('one');
    await using two = await startEchoBackend('two');
    const url = `http://app.localhost:${berth.port}/`;
    expect(await verb('add', 'app.localhost', one.url)).toMatchObject({
      exitCode: 0,
      stdout: `${url}\n`,
      stderr: expect.stringContaining(`Added app.localhost → ${one.url}`),
    });
    expect(await ask('app.localhost')).toBe(200);
    expect(one.requests).toBe(1);

    expect(await verb('set', 'app.localhost', '--backend', String(two.port))).toMatchObject({
      exitCode: 0,
    });
    expect(await ask('app.localhost')).toBe(200);
    expect(two.requests).toBe(1);
    const { hosts } = JSON.parse((await verb('ls', '--json')).stdout);
    expect(hosts).toMatchObject([{ name: 'app.localhost', backends: [two.url] }]);

    expect(await verb('rm', 'app.localhost')).toMatchObject({ exitCode: 0 });
    expect(await ask('app.localhost')).toBe(400);
    expect((await verb('hosts')).stderr).toContain('There is no host yet');

    expect(await verb('undo')).toMatchObject({ exitCode: 0 });
    expect(await ask('app.localhost')).toBe(200);
    expect(two.requests).toBe(2);
    expect((await verb('edits')).stdout.split('\n')).toHaveLength(5);
    expect((await verb('open', 'app.localhost', '--print')).stdout).toBe(`${url}\n`);
    expect(one.requests).toBe(1);
  });

  it('that are not there are exit code 1', async () => {
    expect(await verb('rm', 'none.localhost')).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringContaining('[BERTH_HOST_NOT_FOUND]'),
    });
  });
});

describe('the instance', () => {
  it('is ended by berth stop, after which no instance runs', async () => {
    expect(await verb('stop')).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('Stopped\n'),
    });
    expect(await verb('status')).toMatchObject({ exitCode: 6, stdout: '' });
  });

  it('tells its numbers, and that nothing listens yet where a backend is added', async () => {
    const { stdout } = await verb('metrics');
    expect(stdout).toMatch(/^# HELP /);
    const added = await verb('add', 'app.localhost', '1', '--check', 'tcp');
    expect(added).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('nothing listens on 127.0.0.1:1 yet\n'),
    });
    const { hosts } = JSON.parse((await verb('hosts', '--json')).stdout);
    expect(hosts).toMatchObject([{ options: { check: { type: 'tcp' } } }]);
  });
});

describe('berth logs', () => {
  it('-f shows each request as it is finished, until Ctrl-C', async () => {
    await using backend = await startEchoBackend();
    await verb('add', 'app.localhost', backend.url);
    await using logs = startVerb(berth.home, ['logs', '-f']);
    await eventually('the stream is open', async () => {
      await ask('app.localhost', '/first');
      return logs.stdout.includes('/first');
    });
    await ask('nobody.localhost', '/unknown');
    await logs.saying(/200 GET +app\.localhost +\/first .*127\.0\.0\.1:\d+/);
    await logs.saying(/400 GET +nobody\.localhost +\/unknown/);
    await logs.saying(/└ BERTH_HOST_UNKNOWN/);
    logs.signal('SIGINT');
    const { exitCode, stdout, stderr } = await logs.ended;
    expect(exitCode).toBe(130);
    expect(stderr).toBe('');
    // Into a pipe: no colours.
    expect(stdout).not.toContain('\u001b');
  });

  it('filters a live stream as JSON, for jq', async () => {
    await using failing = await startStatusBackend(503);
    await using fine = await startEchoBackend();
    await verb('add', 'api.localhost', failing.url);
    await verb('add', 'app.localhost', fine.url);
    const filter = 'status>=500 host:api.* -path:/health';
    await using logs = startVerb(berth.home, [
      'logs',
      '-f',
      '-n',
      '0',
      '--filter',
      filter,
      '--json',
    ]);
    await eventually('the stream is open', async () => {
      await ask('api.localhost', '/first');
      return logs.json().length > 0;
    });
    await ask('api.localhost', '/health');
    await ask('app.localhost', '/fine');
    await ask('api.localhost', '/last');
    await eventually('the last one is there', () =>
      logs.json().some(({ target }) => target === '/last'),
    );
    for (const record of logs.json()) {
      expect(record).toMatchObject({ schema: 1, status: 503, host: 'api.localhost' });
      expect(record['target']).not.toBe('/health');
    }
  });

  it('points at what is wrong in a filter', async () => {
    const argv = ['logs', '-f', '--filter', 'status>=500 hots:api.*'];
    const { exitCode, stdout, stderr } = await verb(...argv);
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('\n  status>=500 hots:api.*\n              ^^^^');
  });

  it('works on when its reader has had enough', async () => {
    await using backend = await startEchoBackend();
    await verb('add', 'app.localhost', backend.url);
    await using script = startScript(
      berth.home,
      'berth logs -f --json | head -n 2; echo "left" >&2',
    );
    await eventually('the reader has left', async () => {
      await ask('app.localhost');
      return script.stderr !== '';
    });
    const { stdout, stderr, exitCode } = await script.ended;
    expect(exitCode).toBe(0);
    expect(stderr).toBe('left\n');
    expect(stdout.trimEnd().split('\n')).toHaveLength(2);
  });

  it('ends with exit code 6 when the instance stops', async () => {
    await using logs = startVerb(berth.home, ['logs', '-f', '--verbose']);
    await using backend = await startEchoBackend();
    await verb('add', 'app.localhost', backend.url);
    await eventually('the stream is open', async () => {
      await ask('app.localhost');
      return logs.stdout !== '';
    });
    await berth.stop();
    expect(await logs.ended).toMatchObject({
      exitCode: 6,
      stderr: expect.stringContaining('[BERTH_CONTROL_ENDED]'),
    });
  });
});

describeWith('jq', 'jq behind berth logs', () => {
  it('reads a live stream', async () => {
    await using failing = await startStatusBackend(500);
    await verb('add', 'api.localhost', failing.url);
    await using script = startScript(
      berth.home,
      "berth logs -f --filter 'status>=500 host:api.* -path:/health' --json | jq --unbuffered -c '[.status, .target]'",
    );
    await eventually('jq has read one', async () => {
      await ask('api.localhost', '/health');
      await ask('api.localhost', '/orders');
      return script.stdout !== '';
    });
    expect(new Set(script.stdout.trimEnd().split('\n'))).toEqual(new Set(['[500,"/orders"]']));
  });
});

describe('berth health', () => {
  it('shows a killed backend as down with the reason, and as up again by itself', async () => {
    let backend: EchoBackend | null = await startEchoBackend();
    const { port } = backend;
    try {
      await verb('add', 'app.localhost', String(port));
      await verb(
        'set',
        'app.localhost',
        '--check',
        '/',
        '--check-interval',
        '1s',
        '--check-fall',
        '1',
      );
      const health = () => verb('health', 'app.localhost');
      await eventually('it is up', async () => (await health()).stdout.includes('● up'));

      const killedAt = Date.now();
      await backend[Symbol.asyncDispose]();
      backend = null;
      await eventually('it is down', async () => (await health()).exitCode === 7);
      const { hosts } = JSON.parse((await verb('health', '--json')).stdout);
      expect(hosts[0].backends[0].since - killedAt).toBeLessThan(2000);
      const { stdout } = await health();
      expect(stdout).toMatch(/✗ down +http:\/\/127\.0\.0\.1:\d+ +refused/);
      expect(JSON.parse((await verb('status', '--json')).stdout)).toMatchObject({
        backendsDown: 1,
      });
      expect((await verb('status')).stdout).toContain('1 backend is down: berth health says why');

      backend = await startEchoBackend('again', port);
      await eventually('it is up again', async () => (await health()).exitCode === 0);
      expect((await health()).stdout).toContain('● up');
    } finally {
      await backend?.[Symbol.asyncDispose]();
    }
  });

  it('drains a backend, and revives it', async () => {
    await using one = await startEchoBackend('one');
    await using two = await startEchoBackend('two');
    await verb('add', 'app.localhost', one.url, two.url);
    expect(await verb('health', 'drain', 'app.localhost', one.url)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('⏸ drained'),
    });
    for (let i = 0; i < 20; i++) expect(await ask('app.localhost')).toBe(200);
    expect([one.requests, two.requests]).toEqual([0, 20]);
    expect(await verb('health', 'revive', 'app.localhost', one.url)).toMatchObject({ exitCode: 0 });
    await eventually('it gets requests again', async () => {
      await ask('app.localhost');
      return one.requests > 0;
    });
  });

  it('checks now what has no check of its own', async () => {
    await using backend = await startEchoBackend();
    await verb('add', 'app.localhost', backend.url, 'http://127.0.0.1:1');
    const { exitCode, stdout } = await verb('health', 'check', 'app.localhost');
    expect(stdout).toMatch(/● up.*\n.*✗ down/);
    expect(exitCode).toBe(7);
  });
});

describe('berth wait', () => {
  it('waits for a backend that comes later, and counts no answer of Berth itself', async () => {
    await using waiting = startVerb(berth.home, ['wait', 'app.localhost', '--timeout', '60s']);
    await waiting.saying(/Waiting up to 1m for app\.localhost: Berth answers 400/);
    await using backend = await startEchoBackend();
    await verb('add', 'app.localhost', backend.url);
    expect(await waiting.ended).toMatchObject({
      exitCode: 0,
      stdout: '',
      stderr: expect.stringContaining('app.localhost answers 200'),
    });
    expect(backend.requests).toBe(1);
  });

  it('ends with exit code 7 when the time is over', async () => {
    expect(await verb('wait', 'app.localhost', '--timeout', '3s')).toMatchObject({
      exitCode: 7,
      stderr: expect.stringContaining('[BERTH_HOST_NOT_ADDED]'),
    });
  });
});

it('berth reload reads the configuration again, and says what is wrong with it', async () => {
  expect(await verb('reload')).toMatchObject({ exitCode: 0, stdout: '' });
  expect(berth.said).toContain('the configuration is read again');
});

it('berth top prints once into a pipe', async () => {
  await using backend = await startEchoBackend();
  await verb('add', 'app.localhost', backend.url);
  await ask('app.localhost');
  await eventually('the request is counted', async () =>
    /app\.localhost .* 1 +/.test((await verb('top')).stdout),
  );
});

describeWhen(isLinux, linuxReason, 'on a terminal', () => {
  describeWith('script', 'berth top', () => {
    const enter = '\u001b[?1049h';
    const leave = '\u001b[?25h\u001b[?1049l';
    /** A module that fails the process a moment after it wrote a text. */
    const crashAfterWriting = (text: string): string => `
      const { write } = process.stdout;
      process.stdout.write = function (part, ...rest) {
        if (String(part).includes(${JSON.stringify(text)})) {
          setImmediate(() => { throw new Error('crashed'); });
        }
        return write.call(this, part, ...rest);
      };`;

    it('draws in place, in colours, and gives the screen back', async () => {
      await using backend = await startEchoBackend();
      await verb('add', 'app.localhost', backend.url);
      await ask('app.localhost');
      await using top = startOnTerminal(berth.home, ['top']);
      await eventually('it has drawn twice', () => top.stdout.split('\u001b[H').length > 2);
      expect(top.stdout).toContain(enter);
      expect(top.stdout).toContain('app.localhost');
      await berth.stop();
      const { stdout } = await top.ended;
      // What is said of the end stands on the screen that there was before.
      expect(stdout.indexOf('BERTH_CONTROL_ENDED')).toBeGreaterThan(stdout.indexOf(leave));
      expect(stdout.split(leave)).toHaveLength(2);
    });

    it('gives the screen back when it crashes', async () => {
      const hook = join(berth.home, 'crash.cjs');
      await writeFile(hook, crashAfterWriting(enter));
      await using top = startOnTerminal(berth.home, ['top'], { NODE_OPTIONS: `--require ${hook}` });
      const { stdout, exitCode } = await top.ended;
      expect(stdout).toContain(enter);
      expect(stdout.indexOf('Error: crashed')).toBeGreaterThan(stdout.indexOf(leave));
      expect(stdout.split(leave)).toHaveLength(2);
      expect(exitCode).not.toBe(0);
    });
  });
});

it('without an instance every verb that needs one is exit code 6', async () => {
  await berth.stop();
  for (const argv of [
    ['hosts'],
    ['status'],
    ['logs', '-f'],
    ['health'],
    ['add', 'a.localhost', '1'],
  ]) {
    expect(await verb(...argv), argv.join(' ')).toMatchObject({
      exitCode: 6,
      stdout: '',
      stderr: expect.stringContaining('berth --headless'),
    });
  }
});
