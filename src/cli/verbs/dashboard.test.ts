import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from '../../../test/support/cliHarness.ts';
import { instanceStatus } from '../../../test/support/instanceStatus.ts';
import { temporaryDirectory } from '../../../test/support/temporaryDirectory.ts';

const token = 'abc-DEF_123';
const answers = { 'instance.status': () => instanceStatus() };

async function homeWithToken(home: string) {
  await mkdir(join(home, 'run'), { mode: 0o700 });
  await writeFile(join(home, 'run', 'control.token'), `${token}\n`, { mode: 0o600 });
  return { BERTH_HOME: home };
}

describe('berth open', () => {
  it('leads the browser to the dashboard by a private file: no argument and no output has the token', async () => {
    await using place = await temporaryDirectory();
    const env = { ...(await homeWithToken(place.path)), DISPLAY: ':0' };
    const ran = await runCli(['open'], { answers, env });
    const file = join(place.path, 'run', 'dashboard.html');
    expect(ran).toMatchObject({
      exitCode: 0,
      stdout: 'http://127.0.0.1:8190/\n',
      launched: [['xdg-open', `file://${file}`]],
    });
    expect(JSON.stringify(ran)).not.toContain(token);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, 'utf8')).toContain(`url=http://127.0.0.1:8190/#token=${token}"`);
  });

  it('prints the address with the token when that is asked for', async () => {
    await using place = await temporaryDirectory();
    const env = await homeWithToken(place.path);
    const url = `http://127.0.0.1:8190/#token=${token}`;
    expect(await runCli(['open', '--print'], { answers, env })).toMatchObject({
      stdout: `${url}\n`,
      launched: [],
    });
    const json = await runCli(['open', '--json'], { answers, env });
    expect(JSON.parse(json.stdout)).toEqual({ schema: 1, url });
  });

  it('says what to do where there is no browser', async () => {
    await using place = await temporaryDirectory();
    const ran = await runCli(['open'], { answers, env: await homeWithToken(place.path) });
    expect(ran).toMatchObject({ exitCode: 0, launched: [] });
    expect(ran.stderr).toContain('berth open --print');
  });

  it('says that an instance has no dashboard', async () => {
    const closed = { 'instance.status': () => ({ ...instanceStatus(), dashboard: null }) };
    const ran = await runCli(['open'], { answers: closed });
    expect(ran.exitCode).toBe(6);
    expect(ran.stderr).toContain('"control.port" is switched off');
  });
});
