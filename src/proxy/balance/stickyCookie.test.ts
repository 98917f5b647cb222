import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aRoute, someUrls } from '../../../test/support/route.ts';
import {
  cookieValue,
  mayHoldOurs,
  stickyCookieOf,
  stickyField,
  withoutOurs,
} from './stickyCookie.ts';

const { backends } = aRoute(someUrls(3)).frontend;
const cookie = stickyCookieOf('app.local', backends);
const [first = ''] = cookie.ids;

test('its name is of the frontend and its value of the backend, and neither can be read', () => {
  expect(cookie.name).toMatch(/^berth_[0-9a-f]{8}$/);
  expect(stickyCookieOf('other.local', backends).name).not.toBe(cookie.name);
  for (const id of cookie.ids) expect(id).toMatch(/^[0-9a-f]{6}$/);
  expect(new Set(cookie.ids).size).toBe(3);
  expect(stickyCookieOf('other.local', backends).ids).not.toEqual(cookie.ids);
});

describe('it is set', () => {
  const expected = `${cookie.name}=${first}; Path=/; HttpOnly; SameSite=Lax`;
  test.each([
    ['when there is no cookie', null, expected],
    ['when there are others', 'a=1; b=2', expected],
    ['when it names another backend', `${cookie.name}=${cookie.ids[1]}`, expected],
    ['not when it names this one', `a=1; ${cookie.name}=${first}`, null],
  ])('%s', (_name, field, set) => {
    expect(stickyField(cookie, field, 0, false)).toBe(set);
  });
  test('for HTTPS only where the client came over it', () => {
    expect(stickyField(cookie, null, 0, true)).toBe(`${expected}; Secure`);
  });
  test('for no backend that is none of them', () => {
    expect(stickyField(cookie, null, -1, false)).toBeNull();
  });
});

describe('what goes to the backend', () => {
  test.each([
    ['a=1; b=2', 'a=1; b=2'],
    [`${cookie.name}=x`, null],
    [`a=1; ${cookie.name}=x; b=2`, 'a=1; b=2'],
    [`${cookie.name}=x; a=1`, 'a=1'],
    [`a=1; ${cookie.name}=x`, 'a=1'],
    [`a=1;${cookie.name}=x;b=2`, 'a=1;b=2'],
    [`${cookie.name}=x; ${cookie.name}=y`, null],
    ['berth_session=1; berth_00000000x=2', 'berth_session=1; berth_00000000x=2'],
    ['a=berth_00000000', 'a=berth_00000000'],
    ['berth_00000000', null],
    [' ; ;', ' ; ;'],
  ])('of %j is %j', (field, rest) => {
    expect(withoutOurs(field)).toBe(rest);
  });

  test('other cookies stay to the letter, whatever they are', () => {
    const other = fc
      .tuple(fc.stringMatching(/^[!#-:<>-~]{1,10}$/), fc.stringMatching(/^[!#-+\--:<-~]{0,10}$/))
      .filter(([name]) => !/^berth_[0-9a-f]{8}$/.test(name))
      .map((pair) => pair.join('='));
    fc.assert(
      fc.property(fc.array(other, { minLength: 1 }), fc.nat(), (others, where) => {
        const at = where % (others.length + 1);
        const field = [...others.slice(0, at), `${cookie.name}=1`, ...others.slice(at)].join('; ');
        expect(withoutOurs(field)).toBe(others.join('; '));
        expect(cookieValue(field, cookie.name)).toBe('1');
        expect(mayHoldOurs(field)).toBe(true);
      }),
    );
  });
});

test('a value is found by its whole name', () => {
  expect(cookieValue('xa=1; a=2; a=3', 'a')).toBe('2');
  expect(cookieValue('a', 'a')).toBeNull();
  expect(cookieValue('', 'a')).toBeNull();
  expect(cookieValue('a=b=c', 'a')).toBe('b=c');
});
