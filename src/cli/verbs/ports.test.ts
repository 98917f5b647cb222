import { expect, test } from 'vitest';
import { runCli } from '../../../test/support/cliHarness.ts';
import type { ListeningPort } from '../../shared/contract/containers.ts';

const listening: readonly ListeningPort[] = [
  { port: 22, addresses: ['0.0.0.0'], process: null, isOwn: false, hosts: [] },
  {
    port: 5173,
    addresses: ['::1'],
    process: { pid: 812, name: 'vite', directory: '~/shop' },
    isOwn: false,
    hosts: ['app.test'],
  },
];
const answers = { 'containers.ports': () => listening };

test('berth ports lists what listens, with process, folder and hosts', async () => {
  const { stdout, exitCode } = await runCli(['ports'], { answers });
  expect(stdout.split('\n').slice(0, 3)).toEqual([
    'PORT  ADDRESS  PROCESS     FOLDER  HOST',
    '  22  all      not known',
    '5173  ::1      vite (812)  ~/shop  app.test',
  ]);
  expect(exitCode).toBe(0);
});

test('berth ports PORT tells of one, and exits with 7 where nothing listens', async () => {
  const one = await runCli(['ports', '5173'], { answers });
  expect(one.stdout).toContain('vite (812)');
  expect(one.stdout).not.toContain('22');
  const none = await runCli(['ports', '3000'], { answers });
  expect(none).toMatchObject({ exitCode: 7, stdout: '' });
  expect(none.stderr).toContain('Nothing listens on 3000.');
});

test('berth ports --json is one document', async () => {
  const { stdout } = await runCli(['ports', '--json'], { answers });
  expect(JSON.parse(stdout)).toEqual({ schema: 1, ports: listening });
});

test('berth ports says where the system does not tell', async () => {
  const ran = await runCli(['ports'], { answers: { 'containers.ports': () => [] } });
  expect(ran).toMatchObject({ exitCode: 0, stdout: '' });
  expect(ran.stderr).toContain('does not say');
});

test.each(['0', '65536', 'vite'])('%s is no port', async (word) => {
  expect((await runCli(['ports', word], { answers })).exitCode).toBe(2);
});
