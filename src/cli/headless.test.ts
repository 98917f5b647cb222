import { EventEmitter } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventuallyHolds } from '../../test/support/eventually.ts';
import type { Config } from '../shared/config/config.ts';
import { BerthError } from '../shared/errors.ts';
import { type Instance, runHeadless, type StartInstance } from './headless.ts';
import type { World } from './world.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'berth-headless-'));
});
afterEach(() => rm(home, { recursive: true }));

/** An instance that writes down what is asked of it. */
class FakeInstance implements Instance {
  readonly listeners = [{ id: 0, address: '127.0.0.1', port: 8080, tls: null }];
  readonly embedded = { host: '127.0.0.1', port: 6390 };
  readonly accessLog = '/log/moved/access.log';
  readonly control = { socket: '/run/control.sock', dashboard: null };
  readonly asked: string[] = [];
  markReopened: () => void = () => undefined;
  readonly reopened = new Promise<void>((resolve) => {
    this.markReopened = resolve;
  });
  readonly reloads: Config[] = [];
  /** What a reload waits for. */
  reloading: Promise<void> = Promise.resolve();
  finishStop: () => void = () => undefined;
  readonly #stopped = new Promise<void>((resolve) => {
    this.finishStop = resolve;
  });
  async reload(config: Config): Promise<void> {
    this.asked.push('reload');
    this.reloads.push(config);
    await this.reloading;
  }
  async reopenLogs(): Promise<void> {
    this.asked.push('reopen');
    this.markReopened();
  }
  stop(): Promise<void> {
    this.asked.push('stop');
    return this.#stopped;
  }
  kill(): void {
    this.asked.push('kill');
  }
}

function setUp(
  start?: StartInstance,
  file: string | null = null,
  mode: 'headless' | 'desktop' = 'headless',
) {
  const instance = new FakeInstance();
  const signals = new EventEmitter();
  let said = '';
  const world: World = {
    env: { BERTH_HOME: home },
    cwd: home,
    platform: process.platform,
    home,
    cores: 4,
    isRoot: false,
    stdout: {
      write: () => {
        throw new Error('talk went to standard output');
      },
    },
    stderr: { write: (text) => (said += text) },
    signals,
    launch: async () => false,
    ask: async () => null,
    isRefused: async () => false,
    leadsHere: async () => false,
    question: null,
    kill: () => true,
  };
  const exit = runHeadless({ file, mode }, world, start ?? (async () => instance));
  return {
    instance,
    signals,
    exit,
    said: () => said,
    saying: (text: string) => eventuallyHolds(() => expect(said).toContain(text)),
  };
}

test('it starts with no configuration at all and says where it serves', async () => {
  const { instance, signals, exit, saying } = setUp();
  await saying('http://welcome.localhost:8080/');
  await saying('redis-cli -p 6390 rpush');
  signals.emit('SIGTERM');
  instance.finishStop();
  expect(await exit).toBe(0);
});

describe('a first signal finishes what runs', () => {
  test.each(['SIGINT', 'SIGTERM'])('%s', async (signal) => {
    const { instance, signals, exit, saying } = setUp();
    await saying('access log');
    signals.emit(signal);
    await saying('stopping; requests have 120 s to finish');
    expect(instance.asked).toEqual(['stop']);
    instance.finishStop();
    expect(await exit).toBe(0);
    expect(signals.eventNames()).toEqual([]);
  });
});

describe('a second signal ends at once', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])('%s', async (signal, exitCode) => {
    const { instance, signals, exit, saying } = setUp();
    await saying('access log');
    signals.emit('SIGTERM');
    await saying('stopping');
    signals.emit(signal);
    expect(await exit).toBe(exitCode);
    expect(instance.asked).toEqual(['stop', 'kill']);
  });
});

test('a signal before the start is done is not lost', async () => {
  const instance = new FakeInstance();
  let finishStart: () => void = () => undefined;
  const { signals, exit } = setUp(
    () =>
      new Promise((resolve) => {
        finishStart = () => resolve(instance);
      }),
  );
  signals.emit('SIGINT');
  await eventuallyHolds(() => {
    finishStart();
    expect(instance.asked).toEqual(['stop']);
  });
  instance.finishStop();
  expect(await exit).toBe(0);
});

test('two signals end a start that hangs', async () => {
  const { signals, exit } = setUp(() => new Promise(() => undefined));
  signals.emit('SIGTERM');
  signals.emit('SIGTERM');
  expect(await exit).toBe(143);
});

describe('a start that can be given up is, and then nobody is waited for', () => {
  test.each([
    ['SIGTERM', 0],
    ['SIGINT', 0],
    ['disconnect', 1],
  ])('%s', async (event, exitCode) => {
    let markBegun: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => {
      markBegun = resolve;
    });
    const { signals, exit, said } = setUp(
      ({ signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
          markBegun();
        }),
    );
    await begun;
    signals.emit(event);
    expect(await exit).toBe(exitCode);
    expect(said()).toBe('berth: stopped before it served\n');
    expect(signals.eventNames()).toEqual([]);
  });
});

test('what goes wrong while a start is given up is still said', async () => {
  const { signals, exit, said } = setUp(async ({ signal }) => {
    signals.emit('SIGTERM');
    await eventuallyHolds(() => expect(signal.aborted).toBe(true));
    throw new BerthError('BERTH_EMBEDDED_CORRUPT', 'the detail');
  });
  expect(await exit).toBe(5);
  expect(said()).toContain('the detail');
});

test.each([
  ['headless', 4],
  ['desktop', 2],
] as const)('as %s it has %d workers where no file says how many', async (mode, workers) => {
  const started: Parameters<StartInstance>[0][] = [];
  const instance = new FakeInstance();
  const { signals, exit, saying } = setUp(
    async (options) => {
      started.push(options);
      return instance;
    },
    null,
    mode,
  );
  await saying('access log');
  expect(started.map(({ config, mode }) => [mode, config.server.workers])).toEqual([
    [mode, workers],
  ]);
  signals.emit('SIGTERM');
  instance.finishStop();
  await exit;
});

test('it ends at once when its parent is gone', async () => {
  const { instance, signals, exit, saying } = setUp();
  await saying('access log');
  signals.emit('disconnect');
  expect(await exit).toBe(1);
  expect(instance.asked).toEqual(['kill']);
});

test('SIGUSR1 reopens the logs', async () => {
  const { instance, signals, exit, saying } = setUp();
  await saying('access log');
  signals.emit('SIGUSR1');
  await instance.reopened;
  expect(instance.asked).toEqual(['reopen']);
  signals.emit('SIGTERM');
  instance.finishStop();
  await exit;
});

describe('SIGHUP', () => {
  test('reads the file again and hands it to the instance', async () => {
    const file = join(home, 'c.json');
    await writeFile(file, '{"server":{"retryOnError":1}}');
    const { instance, signals, exit, saying } = setUp(undefined, file);
    await saying('access log');
    await writeFile(file, '{"server":{"retryOnError":2}}');
    signals.emit('SIGHUP');
    await saying('the configuration is read again');
    expect(instance.reloads.map(({ server }) => server.retryOnError)).toEqual([2]);
    signals.emit('SIGTERM');
    instance.finishStop();
    expect(await exit).toBe(0);
  });

  test('with a file that is wrong says so, and the old configuration stays', async () => {
    const file = join(home, 'c.json');
    await writeFile(file, '{}');
    const { instance, signals, exit, saying } = setUp(undefined, file);
    await saying('access log');
    await writeFile(file, '{"server":{"retryOnError":-1}}');
    signals.emit('SIGHUP');
    await saying('server.retryOnError is -1');
    await saying('the running configuration stays');
    expect(instance.asked).toEqual([]);
    await writeFile(file, '{}');
    signals.emit('SIGHUP');
    await saying('the configuration is read again');
    signals.emit('SIGTERM');
    instance.finishStop();
    expect(await exit).toBe(0);
  });

  test('that a stop cuts short is not said to have failed', async () => {
    const { instance, signals, exit, saying, said } = setUp();
    await saying('access log');
    let cutShort: (error: Error) => void = () => undefined;
    instance.reloading = new Promise((_done, fail) => {
      cutShort = fail;
    });
    signals.emit('SIGHUP');
    await eventuallyHolds(() => expect(instance.asked).toEqual(['reload']));
    signals.emit('SIGTERM');
    await saying('stopping');
    cutShort(new BerthError('BERTH_WORKER_FAILED', 'it was stopped'));
    instance.finishStop();
    expect(await exit).toBe(0);
    expect(said()).not.toContain('it was stopped');
  });

  test('while stopping does nothing', async () => {
    const { instance, signals, exit, saying } = setUp();
    await saying('access log');
    signals.emit('SIGTERM');
    await saying('stopping');
    signals.emit('SIGHUP');
    signals.emit('SIGUSR1');
    instance.finishStop();
    expect(await exit).toBe(0);
    expect(instance.asked).toEqual(['stop']);
  });
});

describe('what cannot start ends with the exit code of its error', () => {
  test.each([
    ['BERTH_PORT_TAKEN', 4],
    ['BERTH_STORE_UNREACHABLE', 5],
    ['BERTH_EMBEDDED_LOCKED', 5],
    ['BERTH_USER_REQUIRED', 3],
  ] as const)('%s', async (code, exitCode) => {
    const { exit, said, signals } = setUp(() => Promise.reject(new BerthError(code, 'the detail')));
    expect(await exit).toBe(exitCode);
    expect(said()).toContain(`[${code}]`);
    expect(signals.eventNames()).toEqual([]);
  });

  test('a wrong file', async () => {
    const file = join(home, 'c.json');
    await writeFile(file, '{"http":{"port":"x"}}');
    const { exit, said } = setUp(undefined, file);
    expect(await exit).toBe(3);
    expect(said()).toContain('http.port is "x"');
  });

  test('a fault of ours', async () => {
    const { exit, said } = setUp(() => Promise.reject(new TypeError('oops')));
    expect(await exit).toBe(1);
    expect(said()).toContain('TypeError: oops');
  });
});
