import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type TemporaryDirectory,
  temporaryDirectory,
} from '../../../test/support/temporaryDirectory.ts';
import {
  authorities,
  certutilWith,
  type TrustMachineOptions,
  trustMachine,
  writeFiles,
} from '../../../test/support/trustMachine.ts';
import { anchorFileOf } from './authority.ts';

const { present, earlier } = authorities;

let directory: TemporaryDirectory;
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(() => directory[Symbol.asyncDispose]());

interface Case extends Omit<TrustMachineOptions, 'directory'> {
  readonly name: string;
  /** Below the directory of the test. */
  readonly files: Readonly<Record<string, string>>;
}

const firefox = {
  'home/.mozilla/firefox/profiles.ini':
    '[Profile0]\nName=default\nIsRelative=1\nPath=ab12.default\n',
  'home/.mozilla/firefox/ab12.default/cert9.db': 'a database',
};
const debian = {
  'root/etc/os-release': 'PRETTY_NAME="Debian"\nID=debian\n',
  'root/usr/local/share/ca-certificates/other.crt': 'other',
};
const linux = (name: string, release: string, folder: string, program: string): Case => ({
  name,
  platform: 'linux',
  programs: [program],
  files: { 'root/etc/os-release': release, [`root${folder}/README`]: '' },
});

const cases: readonly Case[] = [
  {
    name: 'debian',
    platform: 'linux',
    programs: ['update-ca-certificates', 'certutil'],
    answer: certutilWith([]),
    files: {
      ...debian,
      ...firefox,
      'root/usr/sbin/update-ca-certificates': '#!/bin/sh\n# takes --certsconf FILE\n',
    },
  },
  {
    name: 'debian-old',
    platform: 'linux',
    programs: ['update-ca-certificates'],
    files: debian,
  },
  linux('fedora', 'ID=fedora\n', '/etc/pki/ca-trust/source/anchors', 'update-ca-trust'),
  linux(
    'rhel',
    'ID="rocky"\nID_LIKE="rhel centos fedora"\n',
    '/etc/pki/ca-trust/source/anchors',
    'update-ca-trust',
  ),
  linux('arch', 'ID=arch\n', '/etc/ca-certificates/trust-source/anchors', 'update-ca-trust'),
  linux(
    'suse',
    'ID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"\n',
    '/etc/pki/trust/anchors',
    'update-ca-certificates',
  ),
  linux('alpine', 'ID=alpine\n', '/usr/local/share/ca-certificates', 'update-ca-certificates'),
  {
    name: 'darwin',
    platform: 'darwin',
    programs: ['certutil'],
    answer: certutilWith([]),
    files: {
      'home/Library/Application Support/Firefox/profiles.ini':
        '[Profile0]\nIsRelative=1\nPath=Profiles/ab12.default-release\n',
      'home/Library/Application Support/Firefox/Profiles/ab12.default-release/cert9.db': '',
    },
  },
  { name: 'win32', platform: 'win32', programs: [], files: {} },
];

/** What would be done, as a person reads it. */
async function planned(kind: 'add' | 'remove', given: Case, stores: readonly string[] = []) {
  await writeFiles(directory.path, given.files);
  const { trust, plain } = trustMachine({ directory: directory.path, ...given });
  const planned = await trust.plan(kind, { stores, foreign: false });
  const lines = planned.stores.flatMap(({ id, title, steps }) => [
    `${title} [${id}]`,
    ...steps.flatMap(({ says, command }) => [`  # ${says}`, `  ${command}`]),
  ]);
  return plain(`${lines.join('\n')}\n`);
}

const golden = (name: string) => `../../../test/fixtures/trust/plans/${name}.txt`;

/** Answers as if both certificates of the CA were in each store. */
const everything = {
  linux: certutilWith([earlier, present]),
  darwin: (argv: readonly [string, ...string[]]) =>
    argv[1] === 'find-certificate'
      ? { stdout: earlier.pem + present.pem }
      : certutilWith([earlier, present])(argv),
  win32: (argv: readonly [string, ...string[]]) => {
    const text = argv.join(' ');
    if (!text.includes('Get-ChildItem') || text.includes('LocalMachine')) return undefined;
    const base64 = ({ pem }: { pem: string }) => pem.replace(/-----[^-]+-----|\s/g, '');
    return { stdout: `${base64(earlier)}\r\n${base64(present)}\r\n` };
  },
};

describe('what is done is what was looked at', () => {
  test.each(cases)('on $name, to add', async (given) => {
    await expect(await planned('add', given)).toMatchFileSnapshot(golden(`${given.name}-add`));
  });

  test.each(cases)('on $name, to remove two certificates', async (given) => {
    const folder = Object.keys(given.files).find((path) => /ca-certificates|anchors/.test(path));
    const files: Record<string, string> = { ...given.files };
    if (folder !== undefined) {
      const at = folder.slice(0, folder.lastIndexOf('/'));
      for (const one of [earlier, present]) files[`${at}/${anchorFileOf(one)}`] = one.pem;
    }
    const answer = everything[given.platform as keyof typeof everything];
    const text = await planned('remove', { ...given, files, answer });
    await expect(text).toMatchFileSnapshot(golden(`${given.name}-remove`));
  });

  test('of a CA with an earlier certificate in the stores, which goes', async () => {
    const [given] = cases;
    if (given === undefined) throw new Error('there is no case');
    const at = 'root/usr/local/share/ca-certificates';
    const files = { ...given.files, [`${at}/${anchorFileOf(earlier)}`]: earlier.pem };
    const text = await planned('add', { ...given, files, answer: certutilWith([earlier]) });
    await expect(text).toMatchFileSnapshot(golden('debian-renew'));
  });

  test('of stores that are not asked for unless they are named', async () => {
    const mac = await planned('add', { ...macCase(), files: {} }, ['keychain-login']);
    const windows = await planned(
      'add',
      { name: 'win32', platform: 'win32', programs: [], files: {} },
      ['windows-machine'],
    );
    await expect(mac + windows).toMatchFileSnapshot(golden('named'));
  });

  test('names a CA that is not there yet without making it', async () => {
    const [given] = cases;
    if (given === undefined) throw new Error('there is no case');
    const text = await planned('add', { ...given, authority: null });
    expect(text).toContain('berth-FINGERPRINT.crt');
    expect(text).toContain("'Berth Local CA FINGERPRINT'");
  });
});

const macCase = (): Case => ({ name: 'darwin', platform: 'darwin', programs: [], files: {} });
