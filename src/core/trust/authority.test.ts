import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { authorities } from '../../../test/support/trustMachine.ts';
import {
  anchorFileOf,
  isAnchorFile,
  isNickname,
  isOurs,
  nicknameOf,
  pemOf,
  readAuthorities,
  readAuthority,
} from './authority.ts';

const { present, earlier, foreign } = authorities;

test('a certificate is known by its fingerprint, and its key by another', () => {
  const read = new X509Certificate(present.pem);
  expect(present.fingerprint).toBe(read.fingerprint256.replaceAll(':', '').toLowerCase());
  expect(present.thumbprint).toBe(read.fingerprint.replaceAll(':', ''));
  expect(present.key).toBe(earlier.key);
  expect(present.key).not.toBe(foreign.key);
  expect(present.fingerprint).not.toBe(earlier.fingerprint);
});

test('of a text every certificate is read once, and what is none is left out', () => {
  const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
  const text = `# head\n${present.pem}${broken}text\n${foreign.pem}${present.pem}-----BEGIN CERTIFICATE-----`;
  expect(readAuthorities(text)).toEqual([present, foreign]);
  expect(readAuthorities('')).toEqual([]);
});

test('its bytes come back from base64', () => {
  const base64 = present.pem.replace(/-----[^-]+-----|\s/g, '');
  expect(readAuthority(pemOf(base64))).toEqual(present);
});

test('names in stores are told from those of others', () => {
  expect(isNickname(nicknameOf(present))).toBe(true);
  expect(isAnchorFile(anchorFileOf(present))).toBe(true);
  for (const name of [
    'Berth Local CA',
    'Berth Local CA of ada',
    'x Berth Local CA 0123456789abcdef',
  ])
    expect(isNickname(name)).toBe(false);
  for (const name of ['berth.crt', 'berth-0123456789abcdef.pem', '../berth-0123456789abcdef.crt'])
    expect(isAnchorFile(name)).toBe(false);
});

test('ours is what was made with our key, or was put there by us', () => {
  expect(isOurs(earlier, present, new Set())).toBe(true);
  expect(isOurs(foreign, present, new Set())).toBe(false);
  expect(isOurs(foreign, present, new Set([foreign.fingerprint]))).toBe(true);
  expect(isOurs(present, null, new Set())).toBe(false);
});
