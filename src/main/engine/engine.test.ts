import { expect, test } from 'vitest';
import type { ControlClient } from '../../core/client/index.ts';
import type { EngineState } from '../../shared/desktop/state.ts';
import { BerthError } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';
import type { EngineEnd } from './endReason.ts';
import { createEngine } from './engine.ts';
import type { EngineProcess } from './engineProcess.ts';

/** A process that does what a test says. */
class FakeProcess implements EngineProcess {
  readonly did: string[] = [];
  readonly ended: Promise<EngineEnd>;
  end: (end: EngineEnd) => void = () => undefined;
  readonly pid: number;
  constructor(pid: number) {
    this.pid = pid;
    this.ended = new Promise((resolve) => {
      this.end = resolve;
    });
  }
  stop(): void {
    this.did.push('stop');
  }
  stopNow(): void {
    this.did.push('stop now');
  }
  kill(): void {
    this.did.push('kill');
  }
}

const clean: EngineEnd = { code: 0, signal: null, lines: [] };

function setUp() {
  const states: EngineState[] = [];
  const processes: FakeProcess[] = [];
  const clients: (ControlClient | null)[] = [];
  const waits: { readonly ms: number; readonly elapse: () => void }[] = [];
  const terminated: string[] = [];
  /** Who listens on the control socket. */
  let listens: { readonly pid: number; readonly hangUps: (() => void)[] } | null = null;
  const alive = new Set<number>();
  let refusal: Error | null = null;
  let mayTerminate = true;
  const soon: readonly number[] = [limits.engineLookMs, limits.engineAwaitMs];

  const engine = createEngine({
    connect: async () => {
      if (refusal !== null) throw refusal;
      if (listens === null) throw new BerthError('BERTH_NOT_RUNNING', 'nobody listens');
      const { pid, hangUps } = listens;
      let close = (): void => undefined;
      const closed = new Promise<void>((resolve) => {
        close = resolve;
      });
      hangUps.push(close);
      return { instance: { version: '1', pid }, closed, close } as unknown as ControlClient;
    },
    fork: () => {
      const process = new FakeProcess(100 + processes.length);
      processes.push(process);
      alive.add(process.pid);
      void process.ended.then(() => {
        alive.delete(process.pid);
        if (listens?.pid === process.pid) hush();
      });
      return process;
    },
    terminate: (pid, now) => {
      if (!mayTerminate) throw new Error('not yours');
      terminated.push(`${pid}${now ? ' now' : ''}`);
    },
    isThere: (pid) => alive.has(pid),
    delay: (ms, signal) =>
      new Promise((resolve) => {
        const elapse = (): void => {
          signal?.removeEventListener('abort', elapse);
          resolve();
        };
        signal?.addEventListener('abort', elapse);
        if (soon.includes(ms)) setImmediate(elapse);
        else waits.push({ ms, elapse });
      }),
    changed: (state) => states.push(state),
    connected: (client) => clients.push(client),
  });

  function hush(): void {
    const { hangUps } = listens ?? { hangUps: [] };
    listens = null;
    for (const hangUp of hangUps) hangUp();
  }
  return {
    engine,
    states,
    processes,
    clients,
    terminated,
    hush,
    hangUp: () => listens?.hangUps.splice(0).forEach((close) => void close()),
    listen: (pid: number) => {
      alive.add(pid);
      listens = { pid, hangUps: [] };
    },
    die: (pid: number) => {
      alive.delete(pid);
      if (listens?.pid === pid) hush();
    },
    refuse: (error: Error) => {
      refusal = error;
    },
    forbid: () => {
      mayTerminate = false;
    },
    elapse: (ms: number) => {
      for (const wait of waits) if (wait.ms === ms) wait.elapse();
    },
    until: async (kind: EngineState['kind']) => {
      while (engine.state.kind !== kind) await turn();
    },
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function turns(count = 10): Promise<void> {
  for (let n = 0; n < count; n++) await turn();
}

/** One that the desktop has started and that runs. */
async function running() {
  const world = setUp();
  const started = world.engine.start();
  await turns();
  world.listen(100);
  await started;
  return { ...world, process: world.processes[0] as FakeProcess };
}

test('where none runs, one is started, and runs once it answers', async () => {
  const { engine, states, clients, processes } = await running();
  expect(states).toEqual([{ kind: 'starting' }, { kind: 'running', pid: 100, attached: false }]);
  expect(clients.map((client) => client?.instance.pid)).toEqual([100]);
  await engine.start();
  expect(processes).toHaveLength(1);
});

test('who wants to talk to it waits while it starts, and only then', async () => {
  const { engine, listen } = setUp();
  await engine.settled;
  void engine.start();
  let isSettled = false;
  void engine.settled.then(() => {
    isSettled = true;
  });
  await turns();
  expect(isSettled).toBe(false);
  listen(100);
  await turns();
  expect(isSettled).toBe(true);
  await engine.settled;
});

test('starts that come together are one', async () => {
  const world = setUp();
  const both = [world.engine.start(), world.engine.start()];
  await turns();
  world.listen(100);
  await Promise.all(both);
  expect(world.processes).toHaveLength(1);
});

test('one that runs already is taken up, and none is started', async () => {
  const { engine, listen, processes } = setUp();
  listen(7);
  await engine.start();
  expect(engine.state).toEqual({ kind: 'running', pid: 7, attached: true });
  expect(processes).toEqual([]);
});

test('one that ends before it serves has crashed, with what it said', async () => {
  const { engine, processes, until } = setUp();
  const started = engine.start();
  await turns();
  const lines = ['berth: error: port 80 is taken by nginx (pid 812)', 'Stop it [BERTH_PORT_TAKEN]'];
  processes[0]?.end({ code: 4, signal: null, lines });
  await started;
  await until('crashed');
  expect(engine.state).toEqual({
    kind: 'crashed',
    reason: 'port 80 is taken by nginx (pid 812)',
    lines,
  });
});

test('one that is killed has crashed, and can be started again', async () => {
  const { engine, process, processes, listen, until, clients } = await running();
  process.end({ code: null, signal: 'SIGKILL', lines: ['last words'] });
  await until('crashed');
  expect(engine.state).toEqual({
    kind: 'crashed',
    reason: 'it was ended by SIGKILL',
    lines: ['last words'],
  });
  expect(clients.at(-1)).toBeNull();
  const restarted = engine.restart();
  await turns();
  expect(processes).toHaveLength(2);
  listen(101);
  await restarted;
  expect(engine.state).toEqual({ kind: 'running', pid: 101, attached: false });
});

test('one that ends by itself without a fault has stopped', async () => {
  const { engine, process, until } = await running();
  process.end(clean);
  await until('stopped');
  expect(engine.state).toEqual({ kind: 'stopped' });
});

test('a stop lets requests finish, and a second one does not', async () => {
  const { engine, process, states } = await running();
  const stopped = engine.stop();
  expect(engine.state).toEqual({ kind: 'stopping' });
  expect(process.did).toEqual(['stop']);
  const second = engine.stop();
  expect(process.did).toEqual(['stop', 'stop now']);
  process.end({ code: 143, signal: null, lines: [] });
  await Promise.all([stopped, second]);
  expect(states.at(-1)).toEqual({ kind: 'stopped' });
});

test('a stop before it serves holds', async () => {
  const { engine, processes, states } = setUp();
  const started = engine.start();
  await turns();
  const stopped = engine.stop();
  processes[0]?.end({ code: null, signal: 'SIGTERM', lines: [] });
  await Promise.all([started, stopped]);
  expect(states.map(({ kind }) => kind)).toEqual(['starting', 'stopping', 'stopped']);
});

test('a stop while it is looked for holds: nothing is started', async () => {
  const { engine, processes, states } = setUp();
  const started = engine.start();
  await engine.stop();
  await started;
  await turns();
  expect(processes).toEqual([]);
  expect(states.map(({ kind }) => kind)).toEqual(['starting', 'stopped']);
});

test('a restart waits for the end of the one before', async () => {
  const { engine, process, processes, listen } = await running();
  const restarted = engine.restart();
  await turns();
  expect(processes).toHaveLength(1);
  process.end(clean);
  await turns();
  expect(processes).toHaveLength(2);
  listen(101);
  await restarted;
  expect(engine.state).toMatchObject({ kind: 'running', pid: 101 });
});

test('one that was taken up and goes has stopped; the next one is taken up', async () => {
  const { engine, listen, die, until, processes } = setUp();
  listen(7);
  await engine.start();
  die(7);
  await until('stopped');
  await turns();
  listen(8);
  await until('running');
  expect(engine.state).toEqual({ kind: 'running', pid: 8, attached: true });
  expect(processes).toEqual([]);
});

test('one that was taken up and closes its doors is stopping while its process is there', async () => {
  const { engine, listen, hush, die, until } = setUp();
  listen(7);
  await engine.start();
  hush();
  await until('stopping');
  await turns();
  expect(engine.state).toEqual({ kind: 'stopping' });
  die(7);
  await until('stopped');
});

test('one that its service manager starts anew is taken up anew', async () => {
  const { engine, listen, hangUp, until } = setUp();
  listen(7);
  await engine.start();
  hangUp();
  listen(9);
  await turns();
  await until('running');
  expect(engine.state).toEqual({ kind: 'running', pid: 9, attached: true });
});

test('a connection that ends is made anew while the instance runs', async () => {
  const { engine, hangUp, clients, states } = await running();
  hangUp();
  await turns();
  expect(clients.map((client) => client?.instance.pid ?? null)).toEqual([100, null, 100]);
  expect(engine.state).toMatchObject({ kind: 'running', pid: 100 });
  expect(states.some(({ kind }) => kind === 'stopped' || kind === 'crashed')).toBe(false);
});

test('one that was started elsewhere is stopped by its process', async () => {
  const { engine, listen, die, terminated } = setUp();
  listen(7);
  await engine.start();
  const stopped = engine.stop();
  expect(terminated).toEqual(['7']);
  expect(engine.state).toEqual({ kind: 'stopping' });
  void engine.stop();
  expect(terminated).toEqual(['7', '7 now']);
  die(7);
  await stopped;
  expect(engine.state).toEqual({ kind: 'stopped' });
});

test('one that may not be stopped goes on, and says so', async () => {
  const { engine, listen, forbid } = setUp();
  listen(7);
  await engine.start();
  forbid();
  await expect(engine.stop()).rejects.toThrow('not yours');
  expect(engine.state).toEqual({ kind: 'running', pid: 7, attached: true });
});

test('when somebody else is faster, theirs is taken up and ours goes', async () => {
  const { engine, listen, processes } = setUp();
  const started = engine.start();
  await turns();
  listen(7);
  await turns();
  expect(processes[0]?.did).toEqual(['stop now']);
  processes[0]?.end(clean);
  await started;
  expect(engine.state).toEqual({ kind: 'running', pid: 7, attached: true });
});

test('who may not talk to the instance that runs hears why, and starts no other', async () => {
  const { engine, refuse, processes } = setUp();
  refuse(new BerthError('BERTH_CONTROL_VERSION', 'the instance is version 9'));
  await engine.start();
  expect(engine.state).toMatchObject({
    kind: 'crashed',
    reason: expect.stringContaining('the instance is version 9'),
  });
  expect(processes).toEqual([]);
});

test('one that never serves is ended', async () => {
  const { engine, processes, elapse } = setUp();
  const started = engine.start();
  await turns();
  elapse(limits.engineStartMs);
  await turns();
  expect(processes[0]?.did).toEqual(['kill']);
  processes[0]?.end({ code: null, signal: 'SIGKILL', lines: ['starting'] });
  await started;
  expect(engine.state.kind).toBe('crashed');
});

test('quitting ends what was started here: with time, then at once, then by force', async () => {
  const { engine, process, elapse } = await running();
  let isOver = false;
  const over = engine.quit().then(() => {
    isOver = true;
  });
  await turns();
  expect(process.did).toEqual(['stop']);
  elapse(limits.engineQuitMs);
  await turns();
  expect(process.did).toEqual(['stop', 'stop now']);
  elapse(limits.engineKillMs);
  await turns();
  expect(process.did).toEqual(['stop', 'stop now', 'kill']);
  expect(isOver).toBe(false);
  process.end({ code: null, signal: 'SIGKILL', lines: [] });
  await over;
});

test('quitting leaves what was started elsewhere, and nothing starts after it', async () => {
  const { engine, listen, terminated, clients, processes } = setUp();
  listen(7);
  await engine.start();
  await engine.quit();
  expect(terminated).toEqual([]);
  expect(clients.at(-1)).toBeNull();
  await engine.start();
  expect(processes).toEqual([]);
});
