import { describe, expect, test } from 'vitest';
import type { AuthorityView, HostCertificate } from '../../../../shared/contract/certificates.ts';
import { certificateLook, daysUntil, mayCertify, servedWith } from './certificateWords.ts';

const day = 86_400_000;

const certificate = (fields: Partial<HostCertificate> = {}): HostCertificate => ({
  host: 'app.test',
  by: 'authority',
  from: 0,
  to: 90 * day,
  fingerprint: 'AB',
  names: 'DNS:app.test',
  issuer: 'CN=Berth',
  ...fields,
});

const authority: AuthorityView = {
  fingerprint: 'AB',
  subject: 'CN=Berth',
  from: 0,
  to: day,
  names: ['test'],
  addresses: ['127.0.0.0/8'],
  path: '/ca.pem',
  isOutgrown: false,
};

test.each([
  [3649 * day, 'in 10 years'],
  [90 * day, 'in 90 days'],
  [day, 'in a day'],
  [day - 1, 'within a day'],
  [-1, 'today, and is over'],
  [-day, 'a day ago'],
  [-3 * day, '3 days ago'],
])('%d ms from now is %s', (ms, words) => {
  expect(daysUntil(1000 * day + ms, 1000 * day)).toBe(words);
});

test('one that a person brought is spoken of before its end; the CA renews its own', () => {
  const to = 10 * day;
  expect(certificateLook(certificate({ to, by: 'files' }), 0).status).toBe('degraded');
  expect(certificateLook(certificate({ to }), 0).status).toBe('up');
  expect(certificateLook(certificate({ to }), to).status).toBe('down');
});

test('a CA without a limit says so', () => {
  expect(mayCertify(authority)).toBe('test, 127.0.0.0/8');
  expect(mayCertify({ ...authority, names: null })).toBe('any name, 127.0.0.0/8');
});

describe('what serves a host', () => {
  const own = certificate({ host: '*.test', by: 'files' });
  const made = certificate();
  const view = { hosts: [made, own], needed: ['test'], authority };

  test('its own files go before what the CA made', () => {
    expect(servedWith('app.test', '*.test', view)).toEqual({
      kind: 'certificate',
      certificate: own,
    });
    expect(servedWith('app.test', 'app.test', view)).toEqual({
      kind: 'certificate',
      certificate: made,
    });
  });

  test('one that nobody asked for is made on demand, if the CA may', () => {
    expect(servedWith('new.test', 'new.test', view).kind).toBe('on-demand');
    expect(servedWith('test', 'test', { ...view, authority: null }).kind).toBe('on-demand');
    expect(servedWith('latest', 'latest', view)).toEqual({ kind: 'not-covered', needed: ['test'] });
    const anything = { ...view, authority: { ...authority, names: null } };
    expect(servedWith('example.com', 'example.com', anything).kind).toBe('on-demand');
  });
});
