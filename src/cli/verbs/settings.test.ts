import { describe, expect, test } from 'vitest';
import { runCli } from '../../../test/support/cliHarness.ts';
import type { SettingHint, SettingsView } from '../../shared/contract/settings.ts';

const hint = (key: string, more: Partial<SettingHint> = {}): SettingHint => ({
  key,
  about: 'About it.',
  takes: 'a number',
  kind: 'number',
  unit: null,
  min: null,
  max: null,
  choices: [],
  atStart: false,
  secret: false,
  ...more,
});
const view: SettingsView = {
  file: '/home/ada/.config/berth/berth.json',
  exists: true,
  readOnly: null,
  revision: 'abc',
  values: { server: { workers: 4, tcpTimeout: 30 }, control: { port: 8190 }, driver: 'embedded:' },
  defaults: {},
  explicit: ['server.workers'],
  keys: [
    hint('server.workers'),
    hint('server.tcpTimeout', { unit: 's' }),
    hint('control.port', { atStart: true }),
    hint('driver'),
    hint('https.key'),
  ],
};
const answers = { 'settings.get': () => view, 'settings.set': () => view };

describe('berth config get', () => {
  test('every key, with what the file sets', async () => {
    const { stdout, exitCode } = await runCli(['config', 'get'], { answers });
    expect(exitCode).toBe(0);
    expect(stdout.split('\n').map((line) => line.trimEnd().split(/ {2,}/))).toEqual([
      ['KEY', 'VALUE'],
      ['server.workers', '4', 'set in the file'],
      ['server.tcpTimeout', '30 s', 'default'],
      ['control.port', '8190', 'default'],
      ['driver', '"embedded:"', 'default'],
      ['https.key', 'null', 'default'],
      [''],
    ]);
  });

  test('one value', async () => {
    expect((await runCli(['config', 'get', 'server.workers'], { answers })).stdout).toBe('4\n');
    const json = await runCli(['config', 'get', 'driver', '--json'], { answers });
    expect(JSON.parse(json.stdout)).toMatchObject({ value: 'embedded:', explicit: false });
    const wrong = await runCli(['config', 'get', 'server.worker'], { answers });
    expect(wrong).toMatchObject({ exitCode: 2, stdout: '' });
    expect(wrong.stderr).toContain('did you mean server.workers?');
  });

  test('for a script all of it', async () => {
    const { stdout } = await runCli(['config', 'get', '--json'], { answers });
    expect(JSON.parse(stdout)).toMatchObject({ schema: 1, ...view });
  });
});

describe('berth config set', () => {
  test.each([
    [['server.workers', '4'], { server: { workers: 4 } }],
    [['server.debug', 'true'], { server: { debug: true } }],
    [['suffixes', '["test"]'], { suffixes: ['test'] }],
    [['driver', 'redis://127.0.0.1'], { driver: 'redis://127.0.0.1' }],
    [['server.workers', 'null'], { server: { workers: null } }],
  ])('%j', async (words, patch) => {
    const ran = await runCli(['config', 'set', ...words], { answers });
    expect(ran).toMatchObject({
      exitCode: 0,
      calls: [['settings.set', { patch }]],
      stderr: 'The instance goes by /home/ada/.config/berth/berth.json now\n',
    });
  });

  test('says what holds from the next start on', async () => {
    const { stderr } = await runCli(['config', 'set', 'control.port', '81'], { answers });
    expect(stderr).toContain('control.port is read at the start only');
  });
});

test('berth config unset takes several keys out at once', async () => {
  const keys = ['server.workers', 'driver', 'server.tcpTimeout'];
  const { calls } = await runCli(['config', 'unset', ...keys], { answers });
  const patch = { server: { workers: null, tcpTimeout: null }, driver: null };
  expect(calls).toEqual([['settings.set', { patch }]]);
});
