import { expect, test } from 'vitest';
import { authorities } from '../../../test/support/trustMachine.ts';
import type { Authority } from './authority.ts';
import type { Entry } from './store.ts';
import { judge, type Observed } from './verdict.ts';

const { present, earlier, foreign } = authorities;

const entry = (authority: Authority, counts = true): Entry => ({
  authority,
  name: authority.fingerprint,
  counts,
  stored: null,
});
const accepted = { accepted: true, by: 'curl', said: '' };
const refused = { accepted: false, by: 'Chromium', said: 'ERR_CERT_AUTHORITY_INVALID' };

function observed(
  ours: readonly Entry[],
  more: Partial<Observed> & { readonly others?: readonly Entry[] } = {},
): Observed {
  const foreignOnes = more.others ?? [];
  return {
    look: { kind: 'seen', entries: [...ours, ...foreignOnes], hasOthers: true },
    ours,
    foreign: foreignOnes,
    authority: present,
    isOutgrown: false,
    shaken: null,
    ...more,
  };
}

test.each<[string, Observed, string, string, RegExp]>([
  [
    'a handshake',
    observed([entry(present)], { shaken: accepted }),
    'trusted',
    'handshake',
    /curl accepts/,
  ],
  ['a list', observed([entry(present)]), 'trusted', 'listed', /lists the CA/],
  ['nothing in it', observed([]), 'absent', 'listed', /does not list/],
  [
    'a refusal',
    observed([], { shaken: refused }),
    'absent',
    'handshake',
    /ERR_CERT_AUTHORITY_INVALID/,
  ],
  [
    'a refusal although it is listed',
    observed([entry(present)], { shaken: refused }),
    'absent',
    'handshake',
    /is in it, but Chromium refuses/,
  ],
  [
    'one that does not count',
    observed([entry(present, false)]),
    'absent',
    'listed',
    /does not list/,
  ],
  [
    'one that is to be replaced',
    observed([entry(present)], { isOutgrown: true, shaken: refused }),
    'outdated',
    'handshake',
    /does not cover all names/,
  ],
  [
    'one that is near its end, and accepted',
    observed([entry(present)], { isOutgrown: true, shaken: accepted }),
    'trusted',
    'handshake',
    /accepts/,
  ],
  ['an earlier one', observed([entry(earlier)]), 'outdated', 'listed', /earlier certificate/],
  // The earlier one may well cover the one name that is tried.
  [
    'an earlier one that is accepted',
    observed([entry(earlier)], { shaken: accepted }),
    'outdated',
    'handshake',
    /earlier/,
  ],
  [
    'one of somebody else',
    observed([], { others: [entry(foreign)] }),
    'absent',
    'listed',
    /another instance/,
  ],
  ['an unknown way', observed([], { shaken: accepted }), 'trusted', 'handshake', /somebody else/],
  ['no CA', observed([], { authority: null }), 'absent', 'listed', /no CA yet/],
  [
    'no CA any more',
    observed([entry(earlier)], { authority: null }),
    'absent',
    'listed',
    /1 of Berth/,
  ],
])('%s', (_what, given, state, proof, evidence) => {
  expect(judge(given)).toMatchObject({ state, proof, evidence: expect.stringMatching(evidence) });
});

test('what cannot be looked at is not called absent', () => {
  const look = { kind: 'unavailable', why: 'certutil is missing', isThere: true } as const;
  expect(judge(observed([], { look })).state).toBe('unknown');
  expect(judge(observed([], { look: { ...look, isThere: false } })).state).toBe('unavailable');
});
