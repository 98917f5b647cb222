import { expect, test } from 'vitest';
import { distributionIds, familyOf, getCertutil } from './linuxFamily.ts';

test('os-release tells the distribution, quoted or not, and those it is like', () => {
  expect(distributionIds('NAME="Linux Mint"\nID=linuxmint\nID_LIKE="ubuntu debian"\n')).toEqual([
    'linuxmint',
    'ubuntu',
    'debian',
  ]);
  expect(distributionIds("ID='Arch'\nVERSION_ID=3\n")).toEqual(['arch']);
  expect(distributionIds('')).toEqual([]);
});

const facts = (
  ids: readonly string[],
  directories: readonly string[],
  programs: readonly string[],
) => ({
  ids,
  hasDirectory: (path: string) => directories.includes(path),
  has: (program: string) => programs.includes(program),
});
const debian = '/usr/local/share/ca-certificates';
const suse = '/etc/pki/trust/anchors';
const fedora = '/etc/pki/ca-trust/source/anchors';

test.each([
  ['its name', ['debian'], [debian], ['update-ca-certificates'], 'Debian, Ubuntu'],
  ['what it is like', ['rocky', 'rhel'], [fedora], ['update-ca-trust'], 'Fedora, RHEL'],
  ['what is there, of one that nobody knows', ['own'], [suse], ['update-ca-certificates'], 'SUSE'],
  [
    'what is there, before a name that does not fit',
    ['debian'],
    [fedora],
    ['update-ca-trust'],
    'Fedora, RHEL',
  ],
  [
    'its name alone, before the first certificate',
    ['debian'],
    [],
    ['update-ca-certificates'],
    'Debian, Ubuntu',
  ],
])('a family is told by %s', (_by, ids, directories, programs, name) => {
  expect(familyOf(facts(ids, directories, programs))?.name).toBe(name);
});

test('without a program there is none', () => {
  expect(familyOf(facts(['debian'], [debian], []))).toBeNull();
  expect(familyOf(facts([], [], ['update-ca-certificates']))).toBeNull();
});

test('certutil is had as the distribution has it', () => {
  expect(getCertutil(['ubuntu', 'debian'])).toBe('apt-get install libnss3-tools');
  expect(getCertutil(['rocky', 'rhel'])).toBe('dnf install nss-tools');
  expect(getCertutil(['own'])).toContain('nss-tools');
});
