import { expect, test } from 'vitest';
import type { HostView } from '../../../../shared/contract/hosts.ts';
import { BerthError } from '../../../../shared/errors.ts';
import { defaultOptions } from '../../../../shared/model/options.ts';
import { createOwnEdits } from './ownEdits.ts';

const host = (revision: string): HostView => ({
  name: 'app.test',
  identifier: 'app',
  backends: [],
  options: defaultOptions,
  findings: [],
  revision,
});

test('a second edit of what is still shown as before is meant for what the first one made', async () => {
  const edits = createOwnEdits();
  await edits.edit(host('r0'), async () => host('r1'));
  await edits.edit(host('r0'), async () => host('r2'));
  const meant: string[] = [];
  await edits.edit(host('r0'), async ({ revision }) => {
    meant.push(revision);
    return host('r3');
  });
  await edits.edit(host('r1'), async ({ revision }) => {
    meant.push(revision);
    return host('r4');
  });
  expect(meant).toEqual(['r2', 'r3']);
});

test('an edit that took in what somebody else made is not what was seen', async () => {
  const edits = createOwnEdits();
  await edits.edit(
    host('r0'),
    async () => host('r2'),
    () => false,
  );
  const meant: string[] = [];
  await edits.edit(host('r0'), async ({ revision }) => {
    meant.push(revision);
    return null;
  });
  expect(meant).toEqual(['r0']);
});

test('what somebody else made since is what is shown, and meant', async () => {
  const edits = createOwnEdits();
  await edits.edit(host('r0'), async () => host('r1'));
  const seen: string[] = [];
  await edits.edit(host('x9'), async ({ revision }) => {
    seen.push(revision);
    return host('r2');
  });
  expect(seen).toEqual(['x9']);
});

/** What stands for the store: it takes an edit that is meant for what it has. */
function storeWith(first: string) {
  const store = { revision: first, tried: [] as string[] };
  const write =
    (next: string) =>
    async ({ revision }: HostView): Promise<HostView> => {
      store.tried.push(revision);
      if (revision !== store.revision) throw new BerthError('BERTH_CONFLICT', 'it is another');
      store.revision = next;
      return host(next);
    };
  return { store, write };
}

test('what is shown again since an edit was taken back is meant', async () => {
  const edits = createOwnEdits();
  const { store, write } = storeWith('r0');
  await edits.edit(host('r0'), write('r1'));
  store.revision = 'r0';
  expect(await edits.edit(host('r0'), write('r2'))).toEqual(host('r2'));
  expect(await edits.edit(host('r0'), write('r3'))).toEqual(host('r3'));
  expect(store.tried).toEqual(['r0', 'r1', 'r0', 'r2']);
});

test('what somebody else made of an own edit that is not shown yet is written over by no other one', async () => {
  const edits = createOwnEdits();
  const { store, write } = storeWith('r0');
  await edits.edit(host('r0'), write('r1'));
  store.revision = 'x9';
  await expect(edits.edit(host('r0'), write('r2'))).rejects.toThrow('it is another');
  expect(store.revision).toBe('x9');
});

test('an edit that fails otherwise is tried once', async () => {
  const edits = createOwnEdits();
  const { write } = storeWith('r0');
  await edits.edit(host('r0'), write('r1'));
  let tries = 0;
  const fail = async (): Promise<never> => {
    tries++;
    throw new BerthError('BERTH_NOT_RUNNING', 'nothing was changed');
  };
  await expect(edits.edit(host('r0'), fail)).rejects.toThrow('nothing was changed');
  expect(tries).toBe(1);
});

test('edits of one host wait for each other, a refused one does not stop the next', async () => {
  const edits = createOwnEdits();
  const order: string[] = [];
  let refuse = (_error: Error): void => undefined;
  const first = edits.edit(host('r0'), () => {
    order.push('first');
    return new Promise((_resolve, reject) => {
      refuse = reject;
    });
  });
  const second = edits.edit(host('r0'), async ({ revision }) => {
    order.push(`second on ${revision}`);
    return host('r1');
  });
  await Promise.resolve();
  await Promise.resolve();
  expect(order).toEqual(['first']);
  refuse(new Error('a conflict'));
  await expect(first).rejects.toThrow('a conflict');
  await second;
  expect(order).toEqual(['first', 'second on r0']);
});
