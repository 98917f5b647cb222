import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { contractVersion } from '../shared/contract/instance.ts';
import { createControlClient } from './client.ts';

test('a connection that is made leaves nothing behind at the signal that could have ended it', async () => {
  const { signal } = new AbortController();
  for (let round = 0; round < 3; round += 1) {
    const client = await createControlClient(
      async () => ({
        link: { call: async () => ({ contract: contractVersion, version: '1.0.0', pid: 1 }) },
        taken: () => {},
        isForeign: false,
        closed: new Promise(() => {}),
        close: () => {},
      }),
      'here',
      signal,
    );
    client.close();
  }
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});
