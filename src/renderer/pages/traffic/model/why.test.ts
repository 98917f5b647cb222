import { expect, it } from 'vitest';
import { aRecord } from '../../../../../test/support/record.ts';
import type { RequestRecord } from '../../../../shared/model/record.ts';
import { textOf, whyOf } from './why.ts';

const why = (changes: Partial<RequestRecord>, shared: readonly string[] = []): string =>
  textOf(whyOf(aRecord(changes), shared));
const answered = { index: 0, url: 'http://127.0.0.1:3000', ms: 10, outcome: 'answered' } as const;
const refused = {
  index: 1,
  url: 'http://127.0.0.1:9',
  ms: 1,
  outcome: 'BERTH_BACKEND_REFUSED',
} as const;

it('says what matched, and that there was one backend', () => {
  expect(why({ attempts: [answered] })).toBe('Matched app.dev.local, its only backend');
});

it('says of a tunnel that it leads to Berth itself', () => {
  expect(why({ method: 'CONNECT', target: 'app.dev.local:443' })).toBe(
    'A tunnel to Berth itself, for the requests that follow',
  );
});

it('says what is to be known of the answer', () => {
  const hint =
    'Vite refuses the host. Add "app.dev.local" to server.allowedHosts in vite.config.js.';
  expect(why({ attempts: [answered], hint })).toBe(
    'Matched app.dev.local, its only backend, and Vite refuses the host. Add "app.dev.local" to server.allowedHosts in vite.config.js',
  );
});

it('says which name was missing, who was dead, and who was picked', () => {
  expect(
    why({
      frontend: '*.dev.local',
      considered: 2,
      dead: [{ index: 1, reason: 'refused' }],
      policy: 'only',
      attempts: [answered],
    }),
  ).toBe(
    'Matched *.dev.local (no frontend app.dev.local), 2 backends, #1 dead (refused), picked #0, the only one left',
  );
});

it('says by which name of another suffix a host was found', () => {
  const frontend = 'app.localhost';
  expect(why({ frontend, attempts: [answered] }, ['localhost', 'dev.local'])).toBe(
    'Matched app.localhost (no frontend app.dev.local), its only backend',
  );
  // Of a request from before the suffixes were what they are now, the frontend is all that is known.
  expect(why({ frontend, attempts: [answered] })).toBe('Matched app.localhost, its only backend');
});

it('says what was tried before', () => {
  expect(why({ considered: 2, policy: 'random', attempts: [refused, answered] })).toBe(
    'Matched app.dev.local, 2 backends, picked #1 of 2 by random, tried again once: #1 refused, #0 answered',
  );
});

it('says why Berth answered itself', () => {
  const error = 'BERTH_BACKEND_REFUSED';
  expect(why({ attempts: [refused], error })).toMatch(
    /^Matched app\.dev\.local, its only backend, answered by Berth: \w/,
  );
  expect(
    why({
      frontend: null,
      considered: 0,
      policy: null,
      error: 'BERTH_HOST_UNKNOWN',
      lookup: 'cache',
    }),
  ).toBe(
    'No frontend matches (looked for app.dev.local, *.dev.local, *.local, *), answered by Berth: no frontend has this name',
  );
  expect(why({ host: '', frontend: null, considered: 0, error: 'BERTH_HOST_MISSING' })).toBe(
    'Named no host that could be used, answered by Berth: the request names no host',
  );
});

it('says that the store was away', () => {
  expect(why({ lookup: 'stale' })).toContain('as last known, since the store is away');
});
