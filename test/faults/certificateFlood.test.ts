import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ControlClient, connectControl } from '../../src/core/client/index.ts';
import { limits } from '../../src/shared/limits.ts';
import { type BerthProcess, startBerth } from '../support/berthProcess.ts';
import { eventually } from '../support/eventually.ts';
import { addHosts } from '../support/storeClient.ts';
import { handshake } from '../support/tlsClient.ts';

const hosts = Array.from({ length: 24 }, (_, i) => `h${i}.dev.local`);
const attacker = { localAddress: '127.0.0.2', rejectUnauthorized: false };

let berth: BerthProcess;
let client: ControlClient;
let trusted: string;
beforeEach(async () => {
  berth = await startBerth({ config: { https: { bind: '127.0.0.1', port: 0 } } });
  client = await connectControl({ socket: join(berth.home, 'run', 'control.sock') });
  await addHosts(berth.storePort, hosts, 'http://127.0.0.1:9');
  await eventually(
    'the instance knows them',
    async () => (await client.api.hosts.list()).length === hosts.length,
  );
  await handshake(berth.securePort, null, '', { rejectUnauthorized: false });
  trusted = await readFile(join(berth.home, 'data', 'certificates', 'ca.pem'), 'utf8');
});
afterEach(async () => {
  client.close();
  await berth[Symbol.asyncDispose]();
});

/** Shakes hands for names that nobody has mapped, many at a time, until it is stopped. @returns what came of it */
function flood() {
  const state = { isOn: true, served: 0, refused: 0, begun: performance.now() };
  const one = async (): Promise<void> => {
    while (state.isOn) {
      const name = `x${randomBytes(6).toString('hex')}.dev.local`;
      const { refusal } = await handshake(berth.securePort, name, '', attacker);
      if (refusal === null) state.served++;
      else state.refused++;
    }
  };
  const all = Array.from({ length: 24 }, one);
  return {
    state,
    stop: async () => {
      state.isOn = false;
      await Promise.all(all);
    },
  };
}

test('while one client asks for names without end, each host that is asked for the first time has its certificate, by that client too', async () => {
  const attack = flood();
  try {
    await eventually('the flood is more than it is given', () => attack.state.refused > 50);
    const waited: number[] = [];
    for (const [index, host] of hosts.entries()) {
      const localAddress = index % 2 === 0 ? '127.0.0.1' : '127.0.0.2';
      const seen = await handshake(berth.securePort, host, trusted, { localAddress });
      expect(seen).toMatchObject({ refusal: null, names: `DNS:${host}` });
      waited.push(seen.ms);
    }
    expect(Math.max(...waited)).toBeLessThan(limits.certificateAskMs / 2);
    // A name of nobody, for somebody who asks for few.
    for (let i = 0; i < 10; i++) {
      const seen = await handshake(berth.securePort, `mine${i}.dev.local`, trusted);
      expect(seen.refusal).toBeNull();
    }
  } finally {
    await attack.stop();
  }
  const { served, refused, begun } = attack.state;
  const seconds = Math.ceil((performance.now() - begun) / 1000);
  const given = limits.leafBurstOfClient + seconds * limits.leavesOfClientPerSecond;
  expect(served).toBeLessThanOrEqual(given);
  expect(refused).toBeGreaterThan(served);
});
