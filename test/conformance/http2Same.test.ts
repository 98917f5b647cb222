import { describe, expect, test } from 'vitest';

// Before anything of a harness is loaded: what follows is the same, for clients whose requests come over HTTP/2.
process.env['BERTH_CLIENTS'] = 'http2';

test('clients of these tests speak HTTP/2', async () => {
  const { startPair } = await import('../support/enginePair.ts');
  const { get } = await import('../support/rawClient.ts');
  const pair = await startPair();
  const client = await pair.dial();
  await client.send(get('app.dev.local')).response();
  expect((await pair.harness.recorded(1))[0]?.httpVersion).toBe('2.0');
  await pair.stop();
});

describe('answers', async () => void (await import('./answers.test.ts')));
describe('bodies of every method', async () => void (await import('./methodBodies.test.ts')));
describe('retries', async () => void (await import('./retry.test.ts')));
describe('paused hosts', async () => void (await import('./paused.test.ts')));
describe('containers that start', async () => void (await import('./containerStarts.test.ts')));
describe('hosts that are refused', async () => void (await import('./hostRefusals.test.ts')));
