import { resolve } from 'node:path';
import type { Desktop } from './electron.ts';
import { eventually } from './eventually.ts';
import type { TrayHost } from './trayHost.ts';

/** Pixels that nothing shines through; the others are written in two ways, with their colour weakened or not. */
const opaque = (argb: Buffer): Buffer => {
  const pixels = Buffer.from(argb);
  for (let at = 0; at < pixels.length; at += 4) {
    if (pixels[at] !== 255) pixels.fill(0, at, at + 4);
  }
  return pixels;
};

/** Waits until the icon in the panel is the one of a state, pixel by pixel. */
export async function trayIconIs(
  { desktop, tray }: { readonly desktop: Desktop; readonly tray: TrayHost },
  state: 'running' | 'degraded' | 'stopped' | 'error',
  withinMs?: number,
): Promise<void> {
  const file = resolve('dist', 'icons', `tray-${state}.png`);
  const drawn = await desktop.app.evaluate(({ nativeImage }, path) => {
    const image = nativeImage.createFromPath(path);
    return [1, 2].map((scaleFactor) => image.toBitmap({ scaleFactor }).toString('base64'));
  }, file);
  // BGRA as Electron has it, ARGB as the bus has it.
  const sizes = drawn.map((bitmap) => opaque(Buffer.from(bitmap, 'base64').swap32()));
  await eventually(
    `the icon is that of ${state}`,
    async () => {
      const shown = opaque((await tray.picture()).data);
      return sizes.some((pixels) => pixels.equals(shown));
    },
    withinMs,
  );
}

/** Waits until the menu in the panel has a line like this. */
export const trayShows = (tray: TrayHost, pattern: RegExp, withinMs?: number): Promise<void> =>
  eventually(
    `the menu shows ${pattern}`,
    async () => (await tray.menu()).some(({ label }) => pattern.test(label)),
    withinMs,
  );
