import { expect, test } from 'vitest';
import { healthCheckSchema } from '../../shared/model/options.ts';
import { isExpected } from './expected.ts';

test.each([
  ['200', [200], [199, 201, 404]],
  ['2xx', [200, 204, 299], [199, 300]],
  ['200-399', [200, 301, 399], [199, 400]],
  ['200,204', [200, 204], [201, 203]],
  ['200,3xx,404-410', [200, 302, 404, 410], [201, 403, 411]],
  ['2xx-399', [200, 399], [400]],
  ['200-499', [200, 404, 499], [500, 101]],
])('%s counts %j as up and %j as down', (range, up, down) => {
  expect(healthCheckSchema.parse({ expect: range }).expect).toBe(range);
  expect(up.filter((status) => !isExpected(range, status))).toEqual([]);
  expect(down.filter((status) => isExpected(range, status))).toEqual([]);
});

test('a range that ends before it begins counts nothing as up', () => {
  expect(isExpected('300-200', 250)).toBe(false);
});
