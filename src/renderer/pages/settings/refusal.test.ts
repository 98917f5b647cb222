import { expect, test } from 'vitest';
import { BerthError } from '../../../shared/errors.ts';
import { refusalOf } from './refusal.ts';

test('a refusal is said in its own words; the file that a field stands in is not named again', () => {
  const error = new BerthError('BERTH_PLAN_OUTDATED', '/etc/hosts has changed since: look again');
  expect(refusalOf(error)).toEqual({
    text: '/etc/hosts has changed since: look again',
    code: 'BERTH_PLAN_OUTDATED',
  });
  const invalid = new BerthError('BERTH_CONFIG_INVALID', '/c.json: "http.port" is no port: x');
  expect(refusalOf(invalid, '/c.json').text).toBe('"http.port" is no port: x');
  expect(refusalOf(new Error('it broke'))).toEqual({ text: 'it broke', code: null });
});
