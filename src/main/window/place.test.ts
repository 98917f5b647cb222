import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { leastSize, placeOn, placeSchema, type Rectangle, standardSize } from './place.ts';

const left: Rectangle = { x: 0, y: 25, width: 1920, height: 1055 };
const right: Rectangle = { x: 1920, y: 0, width: 2560, height: 1440 };

test('at first it has its standard size, where the system puts it', () => {
  expect(placeOn({ bounds: null }, [left, right])).toEqual(standardSize);
});

test('it comes back to where it was', () => {
  const bounds = { x: 2000, y: 100, width: 1300, height: 900 };
  expect(placeOn({ bounds }, [left, right])).toEqual(bounds);
});

test.each<[string, Rectangle, Rectangle]>([
  [
    'a screen that is gone',
    { x: 2000, y: 100, width: 1300, height: 900 },
    { x: 310, y: 102, width: 1300, height: 900 },
  ],
  [
    'a screen that has become smaller',
    { x: 100, y: 100, width: 2400, height: 1300 },
    { x: 0, y: 25, width: 1920, height: 1055 },
  ],
  [
    'an edge',
    { x: 1500, y: 900, width: 1000, height: 700 },
    { x: 920, y: 380, width: 1000, height: 700 },
  ],
  [
    'a title bar above the screen',
    { x: 100, y: -300, width: 1000, height: 700 },
    { x: 460, y: 202, width: 1000, height: 700 },
  ],
  ['too small a size', { x: 100, y: 100, width: 10, height: 10 }, { x: 100, y: 100, ...leastSize }],
])('it is kept from %s', (_what, bounds, expected) => {
  expect(placeOn({ bounds }, [left])).toEqual(expected);
});

test('a screen smaller than the window has all of it', () => {
  const small: Rectangle = { x: 0, y: 0, width: 800, height: 480 };
  expect(placeOn({ bounds: null }, [small])).toEqual({ width: 800, height: 480 });
  expect(placeOn({ bounds: left }, [small])).toEqual(small);
});

test('wherever it was, it is on a screen that is there', () => {
  const rectangle = (range: number) =>
    fc.record({
      x: fc.integer({ min: -range, max: range }),
      y: fc.integer({ min: -range, max: range }),
      width: fc.integer({ min: 900, max: 5000 }),
      height: fc.integer({ min: 600, max: 3000 }),
    });
  fc.assert(
    fc.property(
      rectangle(10_000),
      fc.array(rectangle(5000), { minLength: 1, maxLength: 3 }),
      (bounds, screens) => {
        const { x = 0, y = 0, width, height } = placeOn({ bounds }, screens);
        expect(
          screens.some(
            (screen) =>
              x >= screen.x &&
              y >= screen.y &&
              x + width <= screen.x + screen.width &&
              y + height <= screen.y + screen.height,
          ),
        ).toBe(true);
      },
    ),
  );
});

test('what is no place does not count', () => {
  for (const bounds of [{ x: 'a' }, { x: 1, y: 1, width: 0, height: 9 }, 'x']) {
    expect(placeSchema.safeParse({ bounds }).success).toBe(false);
  }
  expect(placeSchema.parse({})).toEqual({ bounds: null, isMaximized: false });
});
