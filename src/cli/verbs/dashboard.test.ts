import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from '../../../test/support/cliHarness.ts';
import { instanceStatus } from '../../../test/support/instanceStatus.ts';
import { temporaryDirectory } from '../../../test/support/temporaryDirectory.ts';

const code = 'abc-DEF_123';
const url = `http://127.0.0.1:8190/#code=${code}`;
const answers = {
  'instance.status': () => instanceStatus(),
  'instance.handOver': () => ({ code, expiresAt: 0 }),
};

async function homeOf(home: string) {
  await mkdir(join(home, 'run'), { mode: 0o700 });
  return { BERTH_HOME: home };
}

describe('berth open', () => {
  it('leads the browser to the dashboard by a private file: no argument and no output has the code', async () => {
    await using place = await temporaryDirectory();
    const env = { ...(await homeOf(place.path)), DISPLAY: ':0' };
    const ran = await runCli(['open'], { answers, env });
    const file = join(place.path, 'run', 'dashboard.html');
    expect(ran).toMatchObject({
      exitCode: 0,
      stdout: 'http://127.0.0.1:8190/\n',
      launched: [['xdg-open', `file://${file}`]],
    });
    expect(JSON.stringify(ran)).not.toContain(code);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, 'utf8')).toContain(`url=${url}"`);
  });

  it('says what helps where a confined browser may not read that file', async () => {
    await using place = await temporaryDirectory();
    const env = { ...(await homeOf(place.path)), DISPLAY: ':0' };
    const { stderr } = await runCli(['open'], { answers, env });
    expect(stderr).toMatch(/If the browser cannot read .*dashboard\.html.*berth open --print/s);
  });

  it('gives the browser of Windows a path of Windows, under WSL', async () => {
    await using place = await temporaryDirectory();
    const env = { ...(await homeOf(place.path)), WSL_DISTRO_NAME: 'Ubuntu' };
    const asked: (readonly string[])[] = [];
    const wslpath = (argv: readonly string[]): string => {
      asked.push(argv);
      return '\\\\wsl.localhost\\Ubuntu\\run\\dashboard.html';
    };
    const { launched } = await runCli(['open'], { answers, env, programs: { wslpath } });
    expect(asked).toEqual([['-w', join(place.path, 'run', 'dashboard.html')]]);
    expect(launched).toEqual([
      [
        'rundll32.exe',
        'url.dll,FileProtocolHandler',
        '\\\\wsl.localhost\\Ubuntu\\run\\dashboard.html',
      ],
    ]);
  });

  it('gives it the address with the code where WSL knows no such path', async () => {
    await using place = await temporaryDirectory();
    const env = { ...(await homeOf(place.path)), WSL_DISTRO_NAME: 'Ubuntu' };
    const { launched } = await runCli(['open'], { answers, env });
    expect(launched).toEqual([['rundll32.exe', 'url.dll,FileProtocolHandler', url]]);
  });

  it('prints the address with a code when that is asked for', async () => {
    await using place = await temporaryDirectory();
    const env = await homeOf(place.path);
    expect(await runCli(['open', '--print'], { answers, env })).toMatchObject({
      stdout: `${url}\n`,
      launched: [],
    });
    const json = await runCli(['open', '--json'], { answers, env });
    expect(JSON.parse(json.stdout)).toEqual({ schema: 1, url });
  });

  it('says what to do where there is no browser', async () => {
    await using place = await temporaryDirectory();
    const ran = await runCli(['open'], { answers, env: await homeOf(place.path) });
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
