import { expect, test } from 'vitest';
import { temporaryDirectory } from '../../../test/support/temporaryDirectory.ts';
import { writeFiles } from '../../../test/support/trustMachine.ts';
import { firefoxProfiles, readProfilesIni } from './firefoxProfiles.ts';

const ini = `[Install4F96D1932A9F858E]
Default=ab12.default-release
Path=not/a/profile

[Profile1]
Name=default
IsRelative=1
Path=ab12.default-release\r
[Profile0]
IsRelative=0
Path=/srv/profiles/work

[Profile2]
IsRelative=0
Path=relative/although/it/says/not
[Profile3]
Name=nowhere
[General]
StartWithLastProfile=1
`;

test('profiles are those that profiles.ini names', () => {
  expect(readProfilesIni(ini, '/home/ada/.mozilla/firefox')).toEqual([
    '/home/ada/.mozilla/firefox/ab12.default-release',
    '/srv/profiles/work',
  ]);
  expect(readProfilesIni('', '/x')).toEqual([]);
});

test('one that is gone is left out, and one that was never used is told', async () => {
  await using directory = await temporaryDirectory();
  await writeFiles(directory.path, {
    'profiles.ini': '[Profile0]\nPath=used\n[Profile1]\nPath=fresh\n[Profile2]\nPath=gone\n',
    'used/cert9.db': '',
    'fresh/times.json': '{}',
  });
  const found = await firefoxProfiles(directory.path);
  expect(found.map(({ name, hasDatabase }) => [name, hasDatabase])).toEqual([
    ['used', true],
    ['fresh', false],
  ]);
  expect(await firefoxProfiles(`${directory.path}/none`)).toEqual([]);
});
