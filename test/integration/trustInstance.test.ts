import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { connectControl } from '../../src/core/client/index.ts';
import { startBerth } from '../support/berthProcess.ts';
import { describeWith } from '../support/requirement.ts';
import { temporaryDirectory } from '../support/temporaryDirectory.ts';
import { runVerb } from '../support/verb.ts';

describeWith('certutil', 'an instance and the trust in its CA', () => {
  it('tells who trusts it, adds and removes, and the command line sees the same', async () => {
    await using directory = await temporaryDirectory();
    const home = join(directory.path, 'home');
    await mkdir(home);
    const env = { HOME: home, XDG_DATA_HOME: '', XDG_CONFIG_HOME: '', CI: '1' };
    await using berth = await startBerth({ env });
    const client = await connectControl({ socket: berth.controlSocket });
    try {
      const { trust } = client.api;
      const carry = async (action: 'add' | 'remove', store: string) =>
        await trust.change({ plan: (await trust.plan({ action, stores: [store] })).id });
      const before = await trust.status({ prove: false });
      expect(before.isTrusted).toBe(false);
      expect(before.stores.find(({ id }) => id === 'chromium')).toMatchObject({
        state: 'absent',
        needsRoot: false,
      });
      const added = await carry('add', 'chromium');
      expect(added).toMatchObject([{ id: 'chromium', outcome: 'added', command: null }]);
      const { authority, stores } = await trust.status({ prove: true });
      expect(authority?.path).toBe(join(berth.home, 'data/certificates/ca.pem'));
      expect(stores.find(({ id }) => id === 'chromium')?.state).toBe('trusted');

      const words = ['trust', '--status', '--store', 'chromium', '--json'];
      const seen = await runVerb(berth.home, words, env);
      expect(seen.exitCode).toBe(0);
      expect(JSON.parse(seen.stdout).authority).toEqual(authority);

      await expect(carry('add', 'netscape')).rejects.toMatchObject({
        code: 'BERTH_INPUT_INVALID',
      });
      const removed = await carry('remove', 'chromium');
      expect(removed).toMatchObject([{ outcome: 'removed' }]);
      expect(await readdir(home)).toEqual([]);
    } finally {
      client.close();
    }
  });
});
