import { mkdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  fakeContext,
  fakeInstance,
  fakeMachine,
  madeCertificates,
} from '../../../../test/support/doctorContext.ts';
import { hostView } from '../../../../test/support/hostView.ts';
import { instanceStatus } from '../../../../test/support/instanceStatus.ts';
import { namesView } from '../../../../test/support/namesView.ts';
import {
  type TemporaryDirectory,
  temporaryDirectory,
} from '../../../../test/support/temporaryDirectory.ts';
import type { CertificatesView } from '../../../shared/contract/certificates.ts';
import type { ListenerStatus } from '../../../shared/contract/instance.ts';
import { ensureAuthority } from '../../certificates/authorityFiles.ts';
import { authorityPlace } from '../../certificates/place.ts';
import type { Finding } from '../check.ts';
import type { ContextOptions } from '../context.ts';
import { type Handshake, shakeHands } from '../handshake.ts';
import { thisMachine } from '../machine.ts';
import { allChecks } from './index.ts';

const now = Date.UTC(2026, 10, 23);
const day = 86_400_000;
const secure: ListenerStatus = { address: '127.0.0.1', port: 443, secure: true };

let place: TemporaryDirectory;
let subject = '';

beforeEach(async () => {
  place = await temporaryDirectory();
  await mkdir(join(place.path, 'data'));
  const needs = { names: ['dev.local', 'localhost'], machine: 'test', now };
  ({ subject } = await ensureAuthority(authorityPlace(join(place.path, 'data')), needs));
});
afterEach(async () => {
  vi.useRealTimers();
  await place[Symbol.asyncDispose]();
});

const shown = (changed: Partial<Extract<Handshake, { ok: true }>> = {}): Handshake => ({
  ok: true,
  altNames: 'DNS:app.dev.local',
  subject: 'CN=app.dev.local',
  issuer: subject,
  validFrom: now - day,
  validTo: now + 100 * day,
  mismatch: null,
  ...changed,
});

const cutOff = (reason: string): Handshake => ({ ok: false, reason, isCutOff: true });

/** Lets pauses go by, while what is loaded between them takes its real time. */
async function ended(finding: Promise<Finding>): Promise<Finding> {
  let isOver = false;
  void finding.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await vi.advanceTimersByTimeAsync(100);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return await finding;
}

/** What a check finds on an instance with these hosts and the local CA. */
function find(
  id: string,
  hosts: readonly string[],
  options: Partial<ContextOptions>,
  view: CertificatesView = madeCertificates(),
  listener: ListenerStatus = secure,
): Promise<Finding> {
  const check = allChecks.find((one) => one.id === id);
  if (check === undefined) throw new Error(`no check ${id}`);
  const { readText } = thisMachine({ platform: 'linux', env: {}, home: '/', isRoot: false });
  const context = fakeContext({
    machine: fakeMachine({ readText, wallClock: () => now }),
    directories: {
      ...{ config: '/nonexistent', state: '/nonexistent', runtime: '/nonexistent' },
      data: join(place.path, 'data'),
    },
    instance: fakeInstance({
      status: async () => ({
        ...instanceStatus(),
        suffixes: ['dev.local', 'localhost'],
        listeners: [listener],
      }),
      hosts: async () => hosts.map((name) => hostView({ name })),
      certificates: async () => view,
    }),
    readConfiguration: async () => {
      throw new Error('none');
    },
    ...options,
  });
  return check.run(context, new AbortController().signal);
}

const beyond = async ({ host }: { readonly host: string }): Promise<Handshake> =>
  host === 'www.example.com' ? shown({ mismatch: 'it is for DNS:localhost' }) : shown();

test('a host of another domain that nobody sends here is no fault of the local CA', async () => {
  const hosts = ['app.dev.local', 'www.example.com'];
  expect(await find('certificates.hosts', hosts, { shakeHands: beyond })).toMatchObject({
    status: 'ok',
    evidence: expect.stringMatching(/^1 host at 127\.0\.0\.1:443, .*; 1 host of other domains/),
    details: ['www.example.com: of another domain, and not in certificates.names'],
  });
});

test('one that a person sends here is told with what has the CA sign for it', async () => {
  const hosts = ['app.dev.local', 'www.example.com'];
  const found = await find('certificates.hosts', hosts, {
    shakeHands: beyond,
    lookAtNames: async () => namesView({ byHand: ['www.example.com'] }),
  });
  expect(found).toMatchObject({
    status: 'problem',
    evidence: 'www.example.com: the local CA may not sign for it, only for dev.local and localhost',
    fix: {
      command: `berth config set certificates.names '["www.example.com"]' && berth trust`,
    },
  });
});

test('files that a person brought, and that are for another host, are to be replaced', async () => {
  const foreign = shown({ issuer: 'CN=Another', mismatch: 'it is for DNS:one.example' });
  expect(
    await find('certificates.hosts', ['www.example.com'], { shakeHands: async () => foreign }),
  ).toMatchObject({
    status: 'problem',
    evidence: 'www.example.com: it is for DNS:one.example',
    fix: { command: 'berth reload' },
  });
});

test('the first handshake has the time that making a certificate takes, alone, and the others follow it', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  const asked: string[] = [];
  const shakeHands = async ({ host }: { readonly host: string }): Promise<Handshake> => {
    asked.push(host);
    return asked.length < 3 ? cutOff('EPROTO') : shown();
  };
  const finding = find('certificates.hosts', ['a.dev.local', 'b.dev.local'], { shakeHands });
  expect(await ended(finding)).toMatchObject({ status: 'ok' });
  expect(asked).toEqual(['a.dev.local', 'a.dev.local', 'a.dev.local', 'b.dev.local']);
});

test('a host without a certificate after that is slow, and no file is said to be wrong', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  const finding = find('certificates.hosts', ['a.dev.local'], {
    shakeHands: async () => cutOff('no handshake within 5 s'),
  });
  const found = await ended(finding);
  expect(found).toMatchObject({ status: 'warning', fix: { command: 'berth doctor' } });
  expect(found.evidence).toBe('a.dev.local: no handshake (no handshake within 5 s)');
  expect(found.fix?.says).not.toMatch(/certificate of its own|firewall/);
});

describe('a CA that would have to be made', () => {
  const files = (host: string): CertificatesView['hosts'][number] => ({
    ...{ host, by: 'files', from: 0, to: now + 100 * day },
    ...{ fingerprint: 'AB', names: `DNS:${host}`, issuer: 'CN=Another' },
  });
  const unmade = [
    [
      'absent',
      madeCertificates({ authority: null }),
      /^not tried for .*: there is no local CA yet/,
    ],
    [
      'outgrown',
      (() => {
        const { authority } = madeCertificates();
        if (authority === null) throw new Error('none');
        return madeCertificates({ authority: { ...authority, isOutgrown: true } });
      })(),
      /^not tried for .*: the local CA needs another certificate first/,
    ],
  ] as const;

  test.each(unmade)('is %s, and nobody shakes hands for it', async (_state, view, evidence) => {
    const asked: string[] = [];
    const shakeHands = async ({ host }: { readonly host: string }): Promise<Handshake> => {
      asked.push(host);
      return shown({ issuer: 'CN=Another' });
    };
    const hosts = ['a.dev.local', 'own.dev.local', '*.own.dev.local', 'any.own.dev.local'];
    const found = await find(
      'certificates.hosts',
      hosts,
      { shakeHands },
      {
        ...view,
        hosts: [files('own.dev.local'), files('*.own.dev.local')],
      },
    );
    expect(found).toMatchObject({
      status: 'skipped',
      evidence: expect.stringMatching(evidence),
      fix: { command: 'berth trust' },
    });
    expect(found.evidence).toMatch(/a\.dev\.local and any\.own\.dev\.local.*; 1 host with files/);
    // Another frontend has the name that stands for a wildcard.
    expect(asked).toEqual(['own.dev.local']);
  });

  test('and a listener with a certificate of its own is asked all the same', async () => {
    const found = await find(
      'certificates.hosts',
      ['a.dev.local'],
      { shakeHands: async () => shown({ issuer: 'CN=Another' }) },
      madeCertificates({ authority: null }),
      { ...secure, hasCertificate: true },
    );
    expect(found).toMatchObject({ status: 'ok' });
  });

  test('is said with what makes it, where hosts are served by it', async () => {
    await rm(authorityPlace(join(place.path, 'data')).directory, { recursive: true });
    const none = madeCertificates({ authority: null });
    expect(await find('certificates.authority', [], {}, none)).toMatchObject({
      status: 'warning',
      evidence: expect.stringMatching(/^there is no local CA yet, so that nothing trusts it/),
      fix: { command: 'berth trust' },
    });
    const own = { ...secure, hasCertificate: true } as const;
    expect(await find('certificates.authority', [], {}, none, own)).toMatchObject({
      status: 'skipped',
      evidence: 'not tried: there is no local CA yet',
    });
    expect(await find('hosts.answer', ['a.dev.local'], {}, none)).toMatchObject({
      status: 'skipped',
      evidence: 'not tried: hosts are served by HTTPS alone, and there is no local CA yet',
    });
  });
});

test('what has to be trusted for names that were added by hand is what is proven', async () => {
  const asked: (readonly string[])[] = [];
  const needed = ['by-hand.example', 'dev.local', 'localhost'];
  const lookAtTrust = async (names: readonly string[]) => {
    asked.push(names);
    return { authority: null, isTrusted: false, stores: [], hints: [] };
  };
  await find('trust.system', [], { lookAtTrust }, madeCertificates({ needed }));
  expect(asked).toEqual([needed]);
});

test('nothing that listens is told at once, and is another thing than a slow certificate', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  server.on('connection', (socket) => socket.destroy());
  const at = { address: '127.0.0.1', port, host: 'a.dev.local' };
  expect(await shakeHands(at)).toMatchObject({ ok: false, isCutOff: true });
  await new Promise((resolve) => server.close(resolve));
  expect(await shakeHands(at)).toMatchObject({ ok: false, isCutOff: false });
  const gone: Handshake = { ok: false, reason: 'ECONNREFUSED', isCutOff: false };
  expect(
    await find('certificates.hosts', ['a.dev.local'], { shakeHands: async () => gone }),
  ).toMatchObject({ status: 'problem', fix: { command: 'berth status' } });
});
