import { connect } from 'node:tls';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { CertificateAnswer, CertificateQuestion } from '../../src/shared/model/certificate.ts';
import { makeCertificate, makeRsaCertificate } from '../support/certificates.ts';
import { type Harness, startHarness } from '../support/engineHarness.ts';
import { eventually } from '../support/eventually.ts';
import { type LocalAuthority, makeLocalAuthority } from '../support/localAuthority.ts';
import { dial, get } from '../support/rawClient.ts';
import { type RecordingBackend, startBackend } from '../support/recordingBackend.ts';
import { handshake, sessionOf } from '../support/tlsClient.ts';

let authority: LocalAuthority;
beforeAll(async () => {
  authority = await makeLocalAuthority(['dev.local', 'localhost']);
});

let harness: Harness;
let backend: RecordingBackend;
let asked: string[];
const managed = { key: null, cert: null, ca: [] } as const;

type Certify = (question: CertificateQuestion) => Promise<CertificateAnswer>;
const byAuthority: Certify = ({ name }) => authority.certified(name === '' ? null : name);

const start = async (
  certify: Certify = byAuthority,
  tls: Parameters<typeof startHarness>[0] = {},
) => {
  asked = [];
  backend = await startBackend();
  harness = await startHarness({
    frontends: { 'app.dev.local': ['app', backend.url], '*.dev.local': ['any', backend.url] },
    tls: managed,
    certify: (question) => {
      asked.push(question.name);
      return certify(question);
    },
    ...tls,
  });
};
afterEach(async () => {
  await harness.stop();
  await backend.close();
});
const shake = (host: string | null, more = {}) =>
  handshake(harness.securePort, host, authority.cert, more);

describe('a listener without a key', () => {
  test('has a certificate for each host that a client asks for, and forwards its request', async () => {
    await start();
    for (const host of ['app.dev.local', 'other.dev.local']) {
      expect(await shake(host)).toMatchObject({ refusal: null, names: `DNS:${host}` });
    }
    const client = await dial(harness.securePort, {
      tls: { ca: authority.cert, servername: 'app.dev.local' },
    });
    expect((await client.send(get('app.dev.local')).response()).status).toBe(200);
    client.destroy();
    expect(backend.requests).toHaveLength(1);
  });

  test('asks once for each host, also when many clients come at once', async () => {
    await start();
    await Promise.all(Array.from({ length: 20 }, () => shake('app.dev.local')));
    await shake('APP.DEV.LOCAL');
    expect(asked).toEqual(['app.dev.local']);
  });

  test('has one for clients that name no host', async () => {
    await start();
    expect(await shake(null)).toMatchObject({
      refusal: null,
      names: 'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1',
    });
  });

  test('shows that one for a name that gets none, which the client refuses by itself', async () => {
    await start(async (question) =>
      question.name === 'app.test' ? { kind: 'none' } : byAuthority(question),
    );
    const seen = await shake('app.test', { checkServerIdentity: () => undefined });
    expect(seen).toMatchObject({ refusal: null, names: expect.stringContaining('DNS:localhost') });
    expect((await shake('app.test')).refusal).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  test('serves the new certificate once the old one is told to be another', async () => {
    await start();
    const before = await shake('app.dev.local');
    expect((await shake('app.dev.local')).fingerprint).toBe(before.fingerprint);
    harness.contexts.forget(['app.dev.local']);
    const after = await shake('app.dev.local');
    expect(after.refusal).toBeNull();
    expect(after.fingerprint).not.toBe(before.fingerprint);
  });

  test('goes over to another CA for clients that name no host, too', async () => {
    await start();
    await shake(null);
    authority = await makeLocalAuthority(['dev.local', 'localhost']);
    harness.contexts.forget(null);
    await eventually('the new one', async () => (await shake(null)).refusal === null);
    expect((await shake('app.dev.local')).refusal).toBeNull();
  });
});

describe('where a certificate cannot be had', () => {
  test('for what one client asks too much of, another one is asked for by itself', async () => {
    await start(async (question) =>
      question.client === '127.0.0.2'
        ? { kind: 'refused', reason: 'too many' }
        : byAuthority(question),
    );
    const seen = await shake('any.dev.local', { localAddress: '127.0.0.2' });
    expect(seen.refusal).toBe('ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE');
    expect((await shake('any.dev.local')).refusal).toBeNull();
    expect(asked).toEqual(['any.dev.local', 'any.dev.local']);
    // It is at hand now, and costs nobody anything.
    expect((await shake('any.dev.local', { localAddress: '127.0.0.2' })).refusal).toBeNull();
  });

  const failing: Certify = async (question) =>
    question.name.startsWith('bad')
      ? { kind: 'failed', reason: 'the CA is damaged' }
      : byAuthority(question);

  test('the handshake fails at once by an alert, and other hosts are served', async () => {
    await start(failing);
    const seen = await shake('bad.dev.local');
    expect(seen.refusal).toBe('ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE');
    expect(seen.ms).toBeLessThan(2000);
    expect((await shake('app.dev.local')).refusal).toBeNull();
    await eventually('nothing is left open', () => harness.engine.openConnections === 0);
  });

  test('a host that is waited for keeps nobody else waiting', async () => {
    const waiting: (() => void)[] = [];
    await start(async (question) => {
      if (question.name === 'slow.dev.local') {
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
      return await byAuthority(question);
    });
    await shake('app.dev.local');
    const slow = shake('slow.dev.local');
    await eventually('it waits', () => waiting.length === 1);
    expect((await shake('app.dev.local')).refusal).toBeNull();
    expect((await shake('other.dev.local')).refusal).toBeNull();
    for (const go of waiting) go();
    expect((await slow).refusal).toBeNull();
  });

  test('a client that leaves while it waits leaves nothing behind', async () => {
    const waiting: (() => void)[] = [];
    await start(async (question) => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      return await byAuthority(question);
    });
    const socket = connect({
      port: harness.securePort,
      host: '127.0.0.1',
      servername: 'a.localhost',
    });
    socket.on('error', () => {});
    await eventually('it is asked for', () => waiting.length > 0);
    socket.destroy();
    await eventually('the connection is gone', () => harness.engine.openConnections === 0);
    for (const go of waiting) go();
  });

  test('a listener with a certificate for everybody serves that', async () => {
    const own = makeCertificate('app.dev.local');
    await start(failing, { tls: { ...own, ca: [] } });
    for (const host of ['bad.dev.local', 'app.dev.local']) {
      harness.contexts.forget(null);
      const seen = await handshake(harness.securePort, host, own.cert, {
        rejectUnauthorized: false,
      });
      expect(seen.refusal).toBeNull();
    }
  });
});

test("a host's own certificate is served on a listener that has one for everybody", async () => {
  const own = makeCertificate('everybody.test');
  await start(
    async (question) => {
      expect(question.managed).toBe(false);
      return question.name === 'app.dev.local' ? byAuthority(question) : { kind: 'none' };
    },
    { tls: { ...own, ca: [] } },
  );
  expect(await shake('app.dev.local')).toMatchObject({ refusal: null, names: 'DNS:app.dev.local' });
  expect((await handshake(harness.securePort, 'everybody.test', own.cert)).refusal).toBeNull();
});

describe('a certificate whose key is of another kind than that of the listener', () => {
  const rsa = makeRsaCertificate('app.dev.local');
  const pair = { ...rsa, from: 0, freshUntil: Date.now() + 60_000, to: Date.now() + 60_000 };
  const cases = {
    'without a key': managed,
    'with a key': { ...makeCertificate('x.test'), ca: [] },
  };

  test.each(Object.entries(cases))(
    'is served on a listener %s, by each version of TLS',
    async (_what, tls) => {
      await start(
        async (question) =>
          question.name === 'app.dev.local'
            ? { kind: 'pair', pair, isOwn: true }
            : byAuthority(question),
        { tls },
      );
      for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
        const seen = await handshake(harness.securePort, 'app.dev.local', rsa.cert, { maxVersion });
        expect(seen).toMatchObject({
          refusal: null,
          names: 'DNS:app.dev.local',
          protocol: maxVersion,
        });
      }
    },
  );
});

describe('a session', () => {
  test.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'of %s goes on with another worker, and not with one of other keys',
    async (version) => {
      await start();
      const ticket = await sessionOf(harness.securePort, 'app.dev.local', authority.cert, version);
      const first = harness;
      const firstBackend = backend;
      await start();
      const seen = await shake('app.dev.local', { session: ticket, maxVersion: version });
      expect(seen).toMatchObject({ refusal: null, reused: true, protocol: version });
      await harness.stop();
      await backend.close();
      await start(byAuthority, {
        settings: { ticketKeys: Buffer.alloc(48, 9).toString('base64') },
      });
      const strange = await shake('app.dev.local', { session: ticket, maxVersion: version });
      expect(strange).toMatchObject({ refusal: null, reused: false });
      await first.stop();
      await firstBackend.close();
    },
  );
});

test('what no host is called by is served as if no name had been given', async () => {
  await start();
  // Node refuses to send it; OpenSSL takes what it is told.
  expect((await shake('xn--?', { checkServerIdentity: () => undefined })).names).toContain(
    'DNS:localhost',
  );
});

test('no answer asks browsers to come by HTTPS from now on', async () => {
  await start();
  const client = await dial(harness.securePort, {
    tls: { ca: authority.cert, servername: 'app.dev.local' },
  });
  const response = await client.send(get('app.dev.local')).response();
  expect(response.head.toLowerCase()).not.toContain('strict-transport-security');
  client.destroy();
});
