import { expect, test } from 'vitest';
import type { HostView } from '../../../../shared/contract/hosts.ts';
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
