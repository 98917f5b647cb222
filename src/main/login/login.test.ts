import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../../../test/support/temporaryDirectory.ts';
import { autostartEntry } from './autostart.ts';
import { autostartLoginItem, systemLoginItem } from './loginItem.ts';

test('an entry starts the app without its window', () => {
  expect(autostartEntry(['/opt/Berth/berth', '--hidden']).split('\n')).toContain(
    'Exec=/opt/Berth/berth --hidden',
  );
});

test.each([
  ['/opt/My Apps/berth', '"/opt/My Apps/berth"'],
  ['/opt/$HOME/berth', '"/opt/\\\\$HOME/berth"'],
  ['/opt/a"b/berth', '"/opt/a\\\\"b/berth"'],
  ['/opt/100%/berth', '/opt/100%%/berth'],
  ['/opt/a\\b', '"/opt/a\\\\\\\\b"'],
])('%s is one word of an entry', (word, expected) => {
  expect(autostartEntry([word])).toContain(`\nExec=${expected}\n`);
});

test('on Linux it is a file, which may be changed by others', async () => {
  await using directory = await temporaryDirectory();
  const item = autostartLoginItem(directory.path, ['/opt/berth']);
  const file = join(directory.path, 'autostart', 'berth.desktop');
  expect(await item.isOn()).toBe(false);
  await item.set(true);
  expect(await item.isOn()).toBe(true);
  expect(await readFile(file, 'utf8')).toContain('Exec=/opt/berth --hidden');
  // As desktops switch one off.
  await writeFile(file, `${await readFile(file, 'utf8')}Hidden=true\n`);
  expect(await item.isOn()).toBe(false);
  await item.set(true);
  await item.set(false);
  await item.set(false);
  expect(await item.isOn()).toBe(false);
});

test('what cannot be written is told', async () => {
  await using directory = await temporaryDirectory();
  await mkdir(join(directory.path, 'autostart', 'berth.desktop'), { recursive: true });
  await expect(autostartLoginItem(directory.path, ['/opt/berth']).set(true)).rejects.toThrow();
});

test('elsewhere the system is asked, with the words that start it hidden', async () => {
  const asked: unknown[] = [];
  const item = systemLoginItem(
    {
      getLoginItemSettings: (options) => {
        asked.push(options);
        return { openAtLogin: true };
      },
      setLoginItemSettings: (settings) => asked.push(settings),
    },
    ['/checkout'],
  );
  expect(await item.isOn()).toBe(true);
  await item.set(false);
  expect(asked).toEqual([
    { args: ['/checkout', '--hidden'] },
    { openAtLogin: false, args: ['/checkout', '--hidden'] },
  ]);
});
