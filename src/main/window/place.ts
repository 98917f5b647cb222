import { z } from 'zod';

/** Part of the screens, in points. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const coordinate = z.number().int().min(-100_000).max(100_000);
const extent = z.number().int().min(1).max(100_000);

/** Where the window was; kept in window.json. */
export const placeSchema = z.object({
  bounds: z
    .object({ x: coordinate, y: coordinate, width: extent, height: extent })
    .nullable()
    .default(null),
  isMaximized: z.boolean().default(false),
});

export type Place = z.infer<typeof placeSchema>;

export const standardSize = { width: 1180, height: 760 } as const;
export const leastSize = { width: 880, height: 560 } as const;

/**
 * Where the window goes: where it was, as far as the screens that are there now have room for it. One that would be out
 * of reach is put in the middle of the first screen.
 *
 * @param screens what of each screen windows may cover; the primary one first
 */
export function placeOn(
  { bounds }: Pick<Place, 'bounds'>,
  screens: readonly Rectangle[],
): Partial<Rectangle> & Pick<Rectangle, 'width' | 'height'> {
  const [primary] = screens;
  if (bounds === null || primary === undefined) {
    return primary === undefined ? standardSize : within(standardSize, primary);
  }
  const screen = screens.find((one) => isReachable(bounds, one));
  if (screen === undefined) return centred(within(bounds, primary), primary);
  const { width, height } = within(bounds, screen);
  return {
    width,
    height,
    x: clamp(bounds.x, screen.x, screen.x + screen.width - width),
    y: clamp(bounds.y, screen.y, screen.y + screen.height - height),
  };
}

/** Points of a title bar that have to be on a screen, so that a window can be taken by it. */
const grip = { width: 100, height: 32 } as const;

function isReachable({ x, y, width }: Rectangle, screen: Rectangle): boolean {
  const overlap = Math.min(x + width, screen.x + screen.width) - Math.max(x, screen.x);
  return (
    overlap >= Math.min(grip.width, width) &&
    y >= screen.y &&
    y <= screen.y + screen.height - grip.height
  );
}

type Size = Pick<Rectangle, 'width' | 'height'>;

const within = ({ width, height }: Size, screen: Size): Size => ({
  width: Math.min(Math.max(width, leastSize.width), screen.width),
  height: Math.min(Math.max(height, leastSize.height), screen.height),
});

const centred = ({ width, height }: Size, screen: Rectangle): Rectangle => ({
  width,
  height,
  x: screen.x + Math.floor((screen.width - width) / 2),
  y: screen.y + Math.floor((screen.height - height) / 2),
});

const clamp = (value: number, least: number, most: number): number =>
  Math.min(Math.max(value, least), Math.max(least, most));
