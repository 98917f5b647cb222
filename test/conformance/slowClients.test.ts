import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { startPair } from '../support/enginePair.ts';
import { eventually } from '../support/eventually.ts';
import { dial, get } from '../support/rawClient.ts';
import { okay } from '../support/recordingBackend.ts';
import { describeWith } from '../support/requirement.ts';

// slowhttptest in its four modes: slow heads (H), slow bodies (B), slow readers (X), many ranges (R). A canary is
// served all the while, and when the attack is over no connection is left.

/** An answer that no socket's buffers hold; made once, since the attackers ask for hundreds in the canary's process. */
const large = Buffer.from(okay('x'.repeat(2_000_000)));
/** What a slow client is given, in milliseconds. A canary that waited for one would need as long. */
const patience = 1000;

/** Milliseconds of one request on a connection of its own; fails unless it is answered as it should. */
async function timeOfCanary(port: number): Promise<number> {
  const begun = performance.now();
  const client = await dial(port);
  const { status, body } = await client.send(get('canary.test', '/canary')).response();
  client.destroy();
  if (status !== 200 || body !== 'ok') throw new Error(`${status} ${body}`);
  return performance.now() - begun;
}

describeWith('slowhttptest', 'clients that are slow on purpose', () => {
  test.each([
    ['slow heads', ['-H', '-i', '1']],
    ['slow bodies', ['-B', '-i', '1', '-s', '4096']],
    ['slow readers', ['-X', '-w', '10', '-y', '20', '-n', '1', '-z', '32', '-k', '3']],
    ['ranges', ['-R', '-a', '10', '-b', '3000']],
  ])('%s', async (_name, mode) => {
    const pair = await startPair(
      {
        request: ({ target, connection }) => {
          if (target === '/canary') return okay();
          connection.socket.write(large);
          return undefined;
        },
      },
      {
        settings: { headTimeoutMs: patience, tcpTimeoutMs: patience },
        frontends: {},
      },
    );
    pair.harness.frontends.set('*', ['all', pair.backend.url]);
    const attack = spawn(
      'slowhttptest',
      [
        ...mode,
        '-c',
        '100',
        '-r',
        '100',
        '-l',
        '4',
        '-u',
        `http://127.0.0.1:${pair.harness.port}/big`,
      ],
      { stdio: 'ignore' },
    );
    const over = once(attack, 'exit');
    let running = true;
    void over.then(() => {
      running = false;
    });
    const times: number[] = [];
    const failures: string[] = [];
    while (running) {
      try {
        // What a busy machine costs, it costs a request that passes no proxy as well.
        const [through, without] = await Promise.all(
          [pair.harness.port, pair.backend.port].map(timeOfCanary),
        );
        times.push((through ?? 0) - (without ?? 0));
      } catch (error) {
        failures.push(String(error));
      }
      await new Promise((done) => setTimeout(done, 50));
    }
    await over;
    expect(failures).toEqual([]);
    expect(times.length).toBeGreaterThan(5);
    times.sort((a, b) => a - b);
    const slowestOf = (share: number): number => times[Math.ceil(times.length * share) - 1] ?? 0;
    // A few milliseconds as a rule: the margin is for a machine that is busy with other tests.
    expect(slowestOf(0.5)).toBeLessThan(patience / 10);
    expect(slowestOf(0.9)).toBeLessThan(patience / 2);
    // One canary may come while a hundred attackers connect.
    expect(slowestOf(1)).toBeLessThan(3 * patience);
    await eventually('no open connection', () => pair.harness.engine.openConnections === 0);
    await pair.stop();
  });
});
