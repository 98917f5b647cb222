import { readdir, readFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  type TemporaryDirectory,
  temporaryDirectory,
} from '../../../test/support/temporaryDirectory.ts';
import type { Argv, ElevationWay, Ran, Step } from '../elevation/index.ts';
import { createOnePass, type OnePass } from './onePass.ts';

let directory: TemporaryDirectory;
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(() => directory[Symbol.asyncDispose]());

const command = (name: string, needsRoot = true): Step => ({
  says: `Run ${name}`,
  needsRoot,
  command: [name],
});

/** A machine on which scripts do as they are told, up to the command that fails. */
function pass(way: ElevationWay, waiting: readonly Step[], fails = 'none') {
  const asked: string[][] = [];
  const told: string[][] = [];
  const run = async (argv: Argv): Promise<Ran> => {
    const script = argv.at(-1) ?? '';
    if (!script.endsWith('run.sh')) {
      asked.push([...argv]);
      return { status: 0, stdout: '', stderr: '' };
    }
    const lines = (await readFile(script, 'utf8')).split('\n');
    const names = lines.flatMap((line) => / ?(\w+) >&2/.exec(line)?.[1] ?? []);
    asked.push([String(argv[0]), ...names]);
    const at = names.indexOf(fails);
    const done = at === -1 ? names.length : at;
    const stdout = names.slice(0, done).map((_name, index) => `berth-step ${index} done\n`);
    return { status: at === -1 ? 0 : 1, stdout: stdout.join(''), stderr: '' };
  };
  const made: OnePass = createOnePass({
    waiting,
    deps: { way, platform: 'linux', run, directory: directory.path },
    about: async (steps) => void told.push(steps.map(({ says }) => says)),
  });
  return { ...made, asked, told };
}

const states = ({ results }: Awaited<ReturnType<OnePass['finish']>>) =>
  results.map(({ status }) => status);

it('asks once for what several want done, in their order, and tells of it before', async () => {
  const one = pass('sudo', [command('hosts'), command('copy', false), command('resolver')]);
  expect(states(await one.carry([command('certutil', false)]))).toEqual(['done']);
  expect(states(await one.carry([command('anchor'), command('update')]))).toEqual(['done', 'done']);
  expect(states(await one.finish())).toEqual(['done', 'done', 'done']);
  expect(one.asked).toEqual([
    ['certutil'],
    ['copy'],
    ['sudo', 'hosts', 'resolver', 'anchor', 'update'],
  ]);
  expect(one.told[1]).toHaveLength(5);
});

it('does what waits by itself where nobody else needs the rights', async () => {
  const one = pass('sudo', [command('hosts')]);
  await one.carry([command('certutil', false)]);
  expect(states(await one.finish())).toEqual(['done']);
  expect(states(await one.finish())).toEqual(['done']);
  expect(one.asked).toEqual([['certutil'], ['sudo', 'hosts']]);
});

it('has one command for a person where nobody can be asked', async () => {
  const one = pass('none', [command('hosts')]);
  const own = await one.carry([command('anchor')]);
  expect(states(own)).toEqual(['left']);
  expect((await one.finish()).byHand).toBe(own.byHand);
  const script = await readFile(own.byHand?.replace('sudo sh ', '') ?? '', 'utf8');
  expect(script).toMatch(/hosts >&2[\s\S]*anchor >&2/);
  expect(await readdir(directory.path)).toEqual(['to-run']);
});

it('keeps the failure of one from the other, where the rights were given', async () => {
  const one = pass('sudo', [command('hosts'), command('resolver')], 'resolver');
  expect(states(await one.carry([command('anchor')]))).toEqual(['done']);
  expect(states(await one.finish())).toEqual(['done', 'failed']);
  const root = pass('direct', [command('hosts')], 'hosts');
  expect(states(await root.carry([command('anchor')]))).toEqual(['done']);
  expect(states(await root.finish())).toEqual(['failed']);
});

it('does not ask again whoever refused', async () => {
  const one = pass('sudo', [command('hosts')], 'hosts');
  expect(states(await one.carry([command('anchor')]))).toEqual(['left']);
  expect(one.asked).toHaveLength(1);
});
