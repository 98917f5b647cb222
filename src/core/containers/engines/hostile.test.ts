import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type FakeEngine,
  inspected,
  startFakeEngine,
} from '../../../../test/support/fakeEngine.ts';
import { followEngines } from '../../../../test/support/followedEngines.ts';

const a = 'a'.repeat(64);
const b = 'b'.repeat(64);

let good: FakeEngine;
let bad: FakeEngine;
beforeEach(async () => {
  [good, bad] = await Promise.all([startFakeEngine(), startFakeEngine()]);
});
afterEach(async () => {
  await Promise.all([good[Symbol.asyncDispose](), bad[Symbol.asyncDispose]()]);
});

const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
const list = '/containers/json';
const inspect = `/containers/${b}/json`;

test.each([
  ['a list that is nested without end', list, `[{"Id":"${b}","Ports":${deep(150_000)}}]`],
  ['a list that does not end', list, `[{"Id":"${b}","Ports":${'['.repeat(400_000)}`],
  ['a list of what is no JSON', list, '[NaN, {"Id":NaN}]'],
  ['nested facts', '/info', `{"ID":${deep(100_000)}}`],
  ['nested networks', '/networks', `[{"Id":"x","IPAM":${deep(100_000)}}]`],
  ['a nested container', inspect, `{"Id":"${b}","State":${deep(300_000)}}`],
  [
    'members that objects have by themselves',
    inspect,
    `{"Id":"${b}","__proto__":{"Name":"x"},"State":{"Status":"running","__proto__":{"Pid":1}},
      "Config":{"Labels":{"__proto__":"x","constructor":"y"},"Env":[null,{}]},
      "NetworkSettings":{"Ports":{"__proto__":[]},"Networks":{"__proto__":{"IPAddress":"10.0.0.1"}}}}`,
  ],
])('an engine that answers with %s hurts itself alone', async (_what, path, text) => {
  good.has(a, inspected(a, 'running'));
  bad.has(b, inspected(b, 'running'));
  bad.on('/info', { ID: 'another', Name: 'bad' });
  bad.on(path, (response) => response.end(text));
  await using followed = await followEngines(bad.address, good.address);
  expect(followed.engines.engines).toHaveLength(2);
  expect(followed.engines.engines[1]?.state).toBe('running');
  expect(followed.container(a)?.state).toBe('running');
  expect(followed.container(b)?.networks ?? []).toEqual([]);
});

test('what an engine says of itself stays on one line', async () => {
  bad.on('/version', { Version: '29\nberth: error: \u001b[2J\u202e' });
  await using followed = await followEngines(bad.address);
  expect(followed.engines.engines[0]?.version).toBe('29\\u000aberth: error: \\u001b[2J\\u202e');
});
