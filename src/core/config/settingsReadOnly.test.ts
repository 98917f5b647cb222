import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { type LoadInputs, loadConfig } from './load.ts';
import { createSettings } from './settings.ts';

// Root may write everything: here the bits of the owner count for whoever runs this.
async function mayWrite(path: string): Promise<void> {
  if (((await stat(path)).mode & 0o200) === 0) throw new Error('EACCES');
}

test.each([
  ['a file', 0o400, 0o700],
  ['the directory of a file', 0o600, 0o500],
])('%s that is shown as read-only is not replaced', async (_what, fileMode, directoryMode) => {
  const home = await mkdtemp(join(tmpdir(), 'berth-settings-'));
  const file = join(home, 'berth.json');
  try {
    await writeFile(file, '{"server":{"workers":3}}', { mode: fileMode });
    await chmod(home, directoryMode);
    const inputs: LoadInputs = {
      file: null,
      env: {},
      cwd: '/nonexistent',
      cores: 2,
      isRoot: false,
      directories: { config: home, data: home, state: home, runtime: home },
    };
    const { config } = await loadConfig(inputs);
    const reread = vi.fn(async () => undefined);
    const settings = createSettings({ inputs, config: () => config, reread, mayWrite });
    const { readOnly } = await settings.get();
    expect(readOnly).toContain(file);
    for (const patch of [{ server: { workers: 1 } }, {}]) {
      await expect(settings.set({ patch })).rejects.toMatchObject({
        code: 'BERTH_FILE_UNUSABLE',
        detail: readOnly,
      });
    }
    expect(await readFile(file, 'utf8')).toBe('{"server":{"workers":3}}');
    expect((await stat(file)).mode & 0o777).toBe(fileMode);
    expect(reread).not.toHaveBeenCalled();
  } finally {
    await chmod(home, 0o700);
    await rm(home, { recursive: true });
  }
});
