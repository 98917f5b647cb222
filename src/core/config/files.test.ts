import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeRsaCertificate } from '../../../test/support/certificates.ts';
import { readConfig } from '../../shared/config/read.ts';
import { checkFiles } from './files.ts';

const fixture = (name: string) =>
  fileURLToPath(new URL(`../../../test/fixtures/config/${name}`, import.meta.url));
const [plainKey, plainCert, lockedKey, lockedCert] = [
  fixture('plain.key'),
  fixture('plain.crt'),
  fixture('locked.key'),
  fixture('locked.crt'),
];

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-files-'));
});
afterEach(() => rm(directory, { recursive: true }));

const check = (content: object) => checkFiles(readConfig(content, 'c.json').config);
const https = (settings: object) => ({ https: { bind: ['127.0.0.1', '::1'], ...settings } });

describe('files that are in order pass', () => {
  test.each([
    ['none', {}],
    ['a key and its certificate', https({ key: plainKey, cert: plainCert })],
    ['with a CA', https({ key: plainKey, cert: plainCert, ca: [lockedCert, plainCert] })],
    [
      'an encrypted key with its passphrase',
      https({ key: lockedKey, cert: lockedCert, passphrase: 'sesame' }),
    ],
    [
      'ciphers and options of 2014',
      https({
        key: plainKey,
        cert: plainCert,
        secureProtocol: 'SSLv23_method',
        secureOptions: 50331648,
        ciphers:
          'DH+ECDSA+AESGCM EECDH+aRSA+AESGCM EECDH+ECDSA+SHA384 EECDH+aRSA+RC4 EECDH !aNULL !eNULL',
      }),
    ],
    [
      'an old protocol with the ciphers that it needs',
      https({
        key: plainKey,
        cert: plainCert,
        secureProtocol: 'TLSv1_method',
        ciphers: 'DEFAULT@SECLEVEL=0',
      }),
    ],
    ['a directory of pages', { server: { staticDir: tmpdir() } }],
    ['an access log that does not exist yet', { server: { accessLog: '/nowhere/access.log' } }],
  ])('%s', async (_name, content) => {
    await expect(check(content)).resolves.toBeUndefined();
  });
});

describe('a file that is not in order is named with the reason', () => {
  test.each<[string, object, string]>([
    [
      'an old protocol that no client could use',
      https({ key: plainKey, cert: plainCert, secureProtocol: 'TLSv1_method' }),
      '"secureProtocol" is TLSv1_method, which needs @SECLEVEL=0 in "ciphers"',
    ],
    [
      'a missing key',
      https({ key: '/no/key', cert: plainCert }),
      'c.json: the key "/no/key" (https.key, or key of a bind) cannot be read: it does not exist',
    ],
    [
      'a directory for a certificate',
      https({ key: plainKey, cert: tmpdir() }),
      `the certificate "${tmpdir()}" (https.cert, or cert of a bind) cannot be read: it is a directory`,
    ],
    [
      'a CA that is no certificate',
      https({ key: plainKey, cert: plainCert, ca: fileURLToPath(import.meta.url) }),
      'is not PEM',
    ],
    [
      'two that do not belong together',
      https({ key: plainKey, cert: lockedCert }),
      `the key "${plainKey}" (https.key, or key of a bind) and the certificate "${lockedCert}" (https.cert, or cert of a bind) cannot be used: they do not belong together`,
    ],
    [
      'no passphrase',
      https({ key: lockedKey, cert: lockedCert }),
      'cannot be used: the key needs a passphrase',
    ],
    [
      'a wrong passphrase',
      https({ key: lockedKey, cert: lockedCert, passphrase: 'wrong' }),
      'cannot be used: the passphrase does not open the key',
    ],
    [
      'unknown ciphers',
      https({ key: plainKey, cert: plainCert, ciphers: 'NONE-SUCH' }),
      'the list of ciphers names none that is known',
    ],
    [
      'a missing directory of pages',
      { server: { staticDir: '/no/dir' } },
      'server.staticDir is "/no/dir": it does not exist',
    ],
    [
      'a file for the directory of pages',
      { server: { staticDir: plainKey } },
      `server.staticDir is "${plainKey}", which is not a directory`,
    ],
    [
      'a directory for the access log',
      { server: { accessLog: tmpdir() } },
      `server.accessLog is "${tmpdir()}", which is a directory`,
    ],
  ])('%s', async (_name, content, message) => {
    await expect(check(content)).rejects.toMatchObject({
      code: 'BERTH_CONFIG_INVALID',
      detail: expect.stringContaining(message),
    });
  });

  test('two of different kinds, which OpenSSL itself takes', async () => {
    const [rsaKey, rsaLocked, rsaCert] = ['rsa.key', 'rsa.locked', 'rsa.crt'].map((name) =>
      join(directory, name),
    ) as [string, string, string];
    const { key, cert } = makeRsaCertificate();
    await writeFile(rsaKey, key);
    await writeFile(rsaCert, cert);
    await writeFile(rsaLocked, makeRsaCertificate('localhost', 'sesame').key);
    await expect(check(https({ key: rsaKey, cert: rsaCert }))).resolves.toBeUndefined();
    const pairs: readonly (readonly [string, string, string?])[] = [
      [rsaKey, plainCert],
      [plainKey, rsaCert],
      [lockedKey, rsaCert, 'sesame'],
      [rsaLocked, plainCert, 'sesame'],
    ];
    for (const [one, other, passphrase] of pairs) {
      await expect(
        check(https({ key: one, cert: other, ...(passphrase ? { passphrase } : {}) })),
      ).rejects.toMatchObject({
        code: 'BERTH_CONFIG_INVALID',
        detail: `c.json: the key "${one}" (https.key, or key of a bind) and the certificate "${other}" (https.cert, or cert of a bind) cannot be used: they do not belong together`,
      });
    }
  });

  test('an empty file', async () => {
    const empty = join(directory, 'empty.pem');
    await writeFile(empty, '');
    await expect(check(https({ key: empty, cert: empty }))).rejects.toMatchObject({
      detail: [
        '2 problems in c.json',
        `  - the key "${empty}" (https.key, or key of a bind) is not PEM`,
        `  - the certificate "${empty}" (https.cert, or cert of a bind) is not PEM`,
      ].join('\n'),
    });
  });

  test('all of them at once, and each once', async () => {
    const content = {
      server: { staticDir: '/no/dir' },
      ...https({ key: '/no/key', cert: '/no/cert' }),
    };
    await expect(check(content)).rejects.toMatchObject({
      detail: [
        '3 problems in c.json',
        '  - server.staticDir is "/no/dir": it does not exist',
        '  - the key "/no/key" (https.key, or key of a bind) cannot be read: it does not exist',
        '  - the certificate "/no/cert" (https.cert, or cert of a bind) cannot be read: it does not exist',
      ].join('\n'),
    });
  });

  test('and no passphrase is said', async () => {
    const content = https({ key: lockedKey, cert: lockedCert, passphrase: 'Xs3cr3tX' });
    const error = await check(content).catch((caught: unknown) => caught);
    expect(String(error)).toContain('passphrase');
    expect(String(error)).not.toContain('Xs3cr3tX');
  });
});
