import { describe, expect, it } from 'vitest';
import type { Bind } from '../../shared/config/config.ts';
import { BindError, type BindFailure, type OpenPort } from './bind.ts';
import { createListeners } from './listeners.ts';

const plain = (address: string, port: number): Bind => ({ address, port, tls: null });
const loopback = [plain('127.0.0.1', 80), plain('::1', 80)];

const managed = { key: null, cert: null, ca: [] } as const;
const secure = (address: string, port: number): Bind => ({ address, port, tls: managed });
const wanted = (binds: readonly Bind[], fallbackPorts: readonly number[] = []) => ({
  ...{ binds, fallbackPorts },
  ...{ secureFallbackPorts: [], secureIsSet: true },
});

/** A machine whose ports fail as `failing` says, by `address port`. */
function machine(failing: Readonly<Record<string, BindFailure>>) {
  const open = new Set<string>();
  const said: string[] = [];
  const openPort: OpenPort = async (address, port) => {
    const failure = failing[`${address} ${port}`];
    if (failure !== undefined) throw new BindError(failure, address, port, { cause: null });
    open.add(`${address} ${port}`);
    return {
      address,
      port,
      serve: () => {},
      close: async () => {
        open.delete(`${address} ${port}`);
      },
    };
  };
  const listeners = createListeners({
    open: openPort,
    findOwner: async () => ({ name: 'nginx', pid: 812 }),
    accept: () => {},
    acceptFailed: () => {},
    maxEarly: 1,
    log: (_level, message) => said.push(message),
  });
  return { listeners, open, said };
}

describe('the default ports', () => {
  it('are taken as wished where they are free, and nothing is said', async () => {
    const { listeners, open, said } = machine({});
    await (await listeners.propose(wanted(loopback, [8080]))).keep();
    expect([...open]).toEqual(['127.0.0.1 80', '::1 80']);
    expect(said).toEqual([]);
    expect(listeners.present.map(({ moved }) => moved)).toEqual([null, null]);
  });

  it('move together to the first port that is free on both families, with the owner of the taken one', async () => {
    const { listeners, open, said } = machine({ '::1 80': 'taken', '127.0.0.1 8080': 'taken' });
    await (await listeners.propose(wanted(loopback, [8080, 8081]))).keep();
    expect([...open]).toEqual(['127.0.0.1 8081', '::1 8081']);
    expect(said).toEqual(['Port 80 is taken by nginx (pid 812). Using 8081.']);
    const moved = { wanted: 80, because: 'taken', owner: { name: 'nginx', pid: 812 } };
    expect(listeners.present.map((listener) => listener.moved)).toEqual([moved, moved]);
  });

  it('move away from a port that needs a privilege', async () => {
    const { listeners, said } = machine({ '127.0.0.1 80': 'forbidden' });
    const proposal = await listeners.propose(wanted(loopback, [8080]));
    expect(proposal.listeners.map(({ port }) => port)).toEqual([8080, 8080]);
    expect(proposal.listeners[0]?.moved).toEqual({ wanted: 80, because: 'forbidden', owner: null });
    expect(said).toEqual(['Port 80 needs a privilege. Using 8080.']);
  });

  it('do without a ::1 that the machine does not have', async () => {
    const { listeners, open } = machine({ '::1 80': 'unavailable' });
    await (await listeners.propose(wanted(loopback, [8080]))).keep();
    expect([...open]).toEqual(['127.0.0.1 80']);
  });

  it('fail with the first port when none is free', async () => {
    const { listeners, open } = machine({ '127.0.0.1 80': 'taken', '127.0.0.1 8080': 'taken' });
    await expect(listeners.propose(wanted(loopback, [8080]))).rejects.toMatchObject({
      code: 'BERTH_PORT_TAKEN',
      detail: expect.stringContaining(':80 '),
    });
    expect(open.size).toBe(0);
  });
});

describe('a reload', () => {
  const standard = wanted(loopback, [8080]);

  it('takes ports that were forbidden and are free by now, and closes those they had moved to', async () => {
    const failing: Record<string, BindFailure> = { '127.0.0.1 80': 'forbidden' };
    const { listeners, open } = machine(failing);
    await (await listeners.propose(standard)).keep();
    expect([...open]).toEqual(['127.0.0.1 8080', '::1 8080']);
    delete failing['127.0.0.1 80'];
    await (await listeners.propose(standard)).keep();
    expect([...open]).toEqual(['127.0.0.1 80', '::1 80']);
    expect(listeners.present.map(({ port, moved }) => [port, moved])).toEqual([
      [80, null],
      [80, null],
    ]);
  });

  it('leaves them where they are when one of them is still not to be had', async () => {
    const failing: Record<string, BindFailure> = { '127.0.0.1 80': 'forbidden' };
    const { listeners, open } = machine(failing);
    await (await listeners.propose(standard)).keep();
    delete failing['127.0.0.1 80'];
    failing['::1 80'] = 'taken';
    await (await listeners.propose(standard)).keep();
    expect([...open]).toEqual(['127.0.0.1 8080', '::1 8080']);
  });

  it('does not move what another program was in the way of: its address is in use', async () => {
    const failing: Record<string, BindFailure> = { '127.0.0.1 80': 'taken' };
    const { listeners, open } = machine(failing);
    await (await listeners.propose(standard)).keep();
    delete failing['127.0.0.1 80'];
    await (await listeners.propose(standard)).keep();
    expect([...open]).toEqual(['127.0.0.1 8080', '::1 8080']);
  });

  it('that comes to nothing leaves them where they are', async () => {
    const failing: Record<string, BindFailure> = { '127.0.0.1 80': 'forbidden' };
    const { listeners, open } = machine(failing);
    await (await listeners.propose(standard)).keep();
    delete failing['127.0.0.1 80'];
    await (await listeners.propose(standard)).drop();
    expect([...open]).toEqual(['127.0.0.1 8080', '::1 8080']);
    expect(listeners.present.map(({ port }) => port)).toEqual([8080, 8080]);
  });
});

describe('HTTPS that nobody asked for', () => {
  const binds = [...loopback, secure('127.0.0.1', 443), secure('::1', 443)];
  const standard = {
    ...{ binds, fallbackPorts: [8080], secureFallbackPorts: [8443, 8444], secureIsSet: false },
  };

  it('moves by itself, and leaves plain HTTP where it is', async () => {
    const { listeners, open, said } = machine({ '::1 443': 'taken', '127.0.0.1 8443': 'taken' });
    await (await listeners.propose(standard)).keep();
    expect([...open]).toEqual(['127.0.0.1 80', '::1 80', '127.0.0.1 8444', '::1 8444']);
    expect(said).toEqual(['Port 443 is taken by nginx (pid 812). Using 8444.']);
  });

  it('is done without where no port is free', async () => {
    const taken = { '127.0.0.1 443': 'taken', '127.0.0.1 8443': 'taken', '::1 8444': 'taken' };
    const { listeners, open, said } = machine(taken as Record<string, BindFailure>);
    await (await listeners.propose(standard)).keep();
    expect([...open]).toEqual(['127.0.0.1 80', '::1 80']);
    expect(said).toEqual([expect.stringMatching(/^there is no HTTPS: .*127\.0\.0\.1:443/)]);
  });

  it('is an error without a port once it was asked for', async () => {
    const { listeners, open } = machine({ '127.0.0.1 443': 'taken' });
    await expect(
      listeners.propose({ ...standard, secureFallbackPorts: [443], secureIsSet: true }),
    ).rejects.toMatchObject({ code: 'BERTH_PORT_TAKEN' });
    expect(open.size).toBe(0);
  });
});

describe('a port that was asked for', () => {
  const cases: readonly [BindFailure, string, string][] = [
    ['taken', 'BERTH_PORT_TAKEN', '127.0.0.1:80 is used by nginx (pid 812)'],
    ['forbidden', 'BERTH_PORT_FORBIDDEN', '127.0.0.1:80'],
    ['unavailable', 'BERTH_ADDRESS_UNAVAILABLE', '127.0.0.1:80'],
  ];
  it.each(cases)('is never replaced when it is %s', async (failure, code, detail) => {
    const { listeners, open } = machine({ '127.0.0.1 80': failure });
    await expect(
      listeners.propose(wanted([plain('::1', 81), plain('127.0.0.1', 80)])),
    ).rejects.toMatchObject({ code, detail });
    expect(open.size).toBe(0);
  });
});

describe('a change of ports', () => {
  it('binds the new ones first, keeps the common ones with their number, and closes the rest', async () => {
    const { listeners, open } = machine({});
    await (await listeners.propose(wanted([plain('::1', 1), plain('::1', 2)]))).keep();
    const before = listeners.present;
    const proposal = await listeners.propose(wanted([plain('::1', 2), plain('::1', 3)]));
    expect([...open]).toEqual(['::1 1', '::1 2', '::1 3']);
    await proposal.keep();
    expect([...open]).toEqual(['::1 2', '::1 3']);
    expect(listeners.present[0]?.id).toBe(before[1]?.id);
    await listeners.close();
    expect(open.size).toBe(0);
  });

  it('leaves everything as it was when one cannot be bound, or when it is dropped', async () => {
    const { listeners, open } = machine({ '::1 9': 'taken' });
    await (await listeners.propose(wanted([plain('::1', 1)]))).keep();
    const present = listeners.present;
    await expect(listeners.propose(wanted([plain('::1', 2), plain('::1', 9)]))).rejects.toThrow();
    expect([...open]).toEqual(['::1 1']);
    await (await listeners.propose(wanted([plain('::1', 2)]))).drop();
    expect([...open]).toEqual(['::1 1']);
    expect(listeners.present).toBe(present);
  });
});
