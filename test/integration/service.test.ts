import { spawn } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { describeWhen, isLinux } from '../support/requirement.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporaryDirectory.ts';
import { runVerb } from '../support/verb.ts';

const systemctl = `#!/bin/sh
echo "$*" >> "$HOME/asked"
case "$*" in
  *ActiveState*) printf 'ActiveState=%s\\nSubState=running\\nMainPID=42\\nUnitFileState=enabled\\n' "$(cat "$HOME/active")" ;;
esac
`;

describeWhen(isLinux, 'needs Linux: it is about systemd', 'berth service', () => {
  let home: TemporaryDirectory;
  beforeEach(async () => {
    home = await temporaryDirectory();
    await mkdir(join(home.path, 'bin'));
    await writeFile(join(home.path, 'bin', 'systemctl'), systemctl);
    await chmod(join(home.path, 'bin', 'systemctl'), 0o755);
    await writeFile(join(home.path, 'active'), 'active');
  });
  afterEach(() => home[Symbol.asyncDispose]());

  const unit = () => join(home.path, '.config/systemd/user/berth.service');
  const asked = async () => (await readFile(join(home.path, 'asked'), 'utf8')).trim().split('\n');
  const verb = (argv: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    runVerb(home.path, ['service', ...argv], {
      HOME: home.path,
      XDG_CONFIG_HOME: '',
      PATH: `${join(home.path, 'bin')}:/bin:/usr/bin`,
      ...env,
    });

  it('is installed, shown and uninstalled; each command is said', async () => {
    const config = { http: { port: 0 }, driver: 'embedded:', user: 'root' };
    await writeFile(join(home.path, 'my config.json'), JSON.stringify(config));
    const ran = await verb(['install', '--config', 'my config.json']);
    expect(ran.stderr).toContain('> systemctl --user enable --now berth.service');
    expect(ran.exitCode).toBe(0);
    const text = await readFile(unit(), 'utf8');
    expect(text).toContain(`--headless --config "${join(home.path, 'my config.json')}"`);
    expect(text).toContain(`Environment="BERTH_HOME=${home.path}"`);
    expect(await asked()).toEqual([
      '--user show --property=Version',
      '--user daemon-reload',
      '--user enable --now berth.service',
    ]);

    const shown = await verb(['status']);
    expect(shown.exitCode).toBe(0);
    expect(shown.stdout).toContain('service     running\n');
    expect(shown.stdout).toContain(`config      ${join(home.path, 'my config.json')}\n`);
    await writeFile(join(home.path, 'active'), 'failed');
    const json = await verb(['status', '--json']);
    expect(json.exitCode).toBe(6);
    expect(JSON.parse(json.stdout)).toMatchObject({
      installed: true,
      spec: { config: join(home.path, 'my config.json'), home: home.path },
      state: { running: false, enabled: true },
      gone: [],
    });

    expect((await verb(['uninstall'])).stderr).toContain(`Removed ${unit()}`);
    expect((await verb(['uninstall'])).stderr).toContain('is not installed');
    expect(await verb(['status'])).toMatchObject({ exitCode: 6, stdout: 'not installed\n' });
  });

  it('--dry-run prints the file and the commands, and does nothing', async () => {
    const ran = await verb(['install', '--dry-run']);
    expect(ran.exitCode).toBe(0);
    expect(ran.stdout).toContain('[Service]\nType=simple\nExecStart=');
    expect(ran.stderr).toContain('  systemctl --user enable --now berth.service');
    await expect(readFile(unit())).rejects.toThrow('ENOENT');
    await expect(asked()).rejects.toThrow('ENOENT');
  });

  it('does not install what a start would refuse, or where nobody could start it', async () => {
    await writeFile(join(home.path, 'c.json'), '{"server": {"workers": -1}}');
    expect((await verb(['install', '--config', 'c.json'])).exitCode).toBe(3);
    const away = await verb(['install'], { PATH: '/nonexistent' });
    expect(away.exitCode).toBe(1);
    expect(away.stderr).toContain('there is no systemctl here');
    expect(away.stderr).toContain('BERTH_SERVICE_UNAVAILABLE');
    await expect(readFile(unit())).rejects.toThrow('ENOENT');
  });

  it('starts with the very words of its file', async () => {
    const config = {
      http: { port: 0, bind: '127.0.0.1' },
      driver: 'embedded:',
      user: 'root',
      server: { workers: 1, accessLog: join(home.path, 'access.log') },
      control: { port: 0 },
    };
    await writeFile(join(home.path, 'c.json'), JSON.stringify(config));
    expect((await verb(['install', '--config', 'c.json'])).exitCode).toBe(0);
    const text = await readFile(unit(), 'utf8');
    // No word of this one needs quotes, so that a shell reads it as systemd does.
    const command = /^ExecStart=(.*)$/m.exec(text)?.[1] ?? '';
    expect(command).not.toMatch(/["$\\]/);
    const child = spawn('/bin/sh', ['-c', `exec ${command}`], {
      cwd: /^WorkingDirectory=(.*)$/m.exec(text)?.[1],
      env: { BERTH_HOME: home.path, NO_COLOR: '1' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (part: string) => {
      said += part;
    });
    const ended = new Promise((resolve) => child.once('close', resolve));
    try {
      await eventually('it serves', () => /serving +http:/.test(said) || child.exitCode !== null);
      expect(said).toMatch(/serving +http:/);
    } finally {
      child.kill('SIGTERM');
      await ended;
    }
    expect(child.exitCode).toBe(0);
  });
});
