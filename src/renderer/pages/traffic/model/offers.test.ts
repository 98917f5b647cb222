import { expect, it } from 'vitest';
import { aRecord } from '../../../../../test/support/record.ts';
import { parseFilter } from '../../../../shared/filter/index.ts';
import { offersFor, withOffer } from './offers.ts';

const records = [
  aRecord({ host: 'api.dev.local', method: 'POST', userAgent: 'Mozilla/5.0 (X11, "a")' }),
  aRecord({ host: 'api.dev.local', target: '/v1/orders?page=2', userAgent: null }),
  aRecord({ host: 'app.dev.local', target: '/v1/users', userAgent: null }),
];
const textsOf = (draft: string) => offersFor(draft, draft.length, records).map(({ text }) => text);

it('offers keys, and hosts that have what was typed', () => {
  expect(textsOf('')).toContain('host:');
  expect(textsOf('st')).toEqual(['status:']);
  expect(textsOf('ap')).toEqual(['host:api.dev.local', 'host:app.dev.local']);
});

it('offers values that were seen, the most frequent first, then those that are known', () => {
  expect(textsOf('host:')).toEqual(['api.dev.local', 'app.dev.local']);
  expect(textsOf('-path:us')).toEqual(['/v1/users']);
  expect(textsOf('method:').slice(0, 3)).toEqual(['GET', 'POST', 'HEAD']);
  expect(textsOf('status:')).toContain('5xx');
});

it('puts an offer where it belongs, and quotes what needs it', () => {
  const [offer] = offersFor('a host:ap b', 9, records);
  expect(offer && withOffer('a host:ap b', offer)).toEqual(['a host:api.dev.local b', 20]);
  const [agent] = textsOf('agent:');
  expect(parseFilter(`agent:${agent}`)).toMatchObject({ ok: true });
});
