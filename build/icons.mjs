/** Draws every icon from the sources in build/icons. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Resvg } from '@resvg/resvg-js';

const sources = fileURLToPath(new URL('icons/', import.meta.url));
const states = ['running', 'degraded', 'stopped', 'error'];

const read = (name) => readFile(join(sources, `${name}.svg`), 'utf8');

/** A drawing as a PNG, that many pixels wide and high. */
const draw = (svg, pixels) =>
  new Resvg(svg, { fitTo: { mode: 'width', value: pixels }, font: { loadSystemFonts: false } })
    .render()
    .asPng();

/** A tray drawing that shows one state of the four; `idle` are its rules for the one in which nothing runs. */
function inState(svg, state, idle) {
  const others = states.filter((one) => one !== state).map((one) => `#${one}`);
  const rules = `${others.join(',')}{display:none}${state === 'stopped' ? idle : ''}`;
  return svg.replace('</title>', `</title><style>${rules}</style>`);
}

/** Windows' container of PNGs. */
function ico(images) {
  const head = Buffer.alloc(6 + 16 * images.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(images.length, 4);
  let offset = head.length;
  images.forEach(({ pixels, png }, index) => {
    const entry = 6 + 16 * index;
    // 0 stands for 256.
    head.writeUInt8(pixels % 256, entry);
    head.writeUInt8(pixels % 256, entry + 1);
    head.writeUInt16LE(1, entry + 4);
    head.writeUInt16LE(32, entry + 6);
    head.writeUInt32LE(png.length, entry + 8);
    head.writeUInt32LE(offset, entry + 12);
    offset += png.length;
  });
  return Buffer.concat([head, ...images.map(({ png }) => png)]);
}

/**
 * What the running app reads, by file name. `tray-STATE.png` stands on panels of any colour, `.ico` is the same for
 * Windows, and of `Template` ones macOS takes the shape alone.
 */
export async function appIcons() {
  const [tray, template, app] = await Promise.all([
    read('tray'),
    read('tray-template'),
    read('app'),
  ]);
  const files = new Map([['app.png', draw(app, 512)]]);
  for (const state of states) {
    const panel = inState(tray, state, '.water{fill:#57534e}.pier{fill:#a8a29e}');
    files.set(`tray-${state}.png`, draw(panel, 24));
    files.set(`tray-${state}@2x.png`, draw(panel, 48));
    const sizes = [16, 20, 24, 32, 48].map((pixels) => ({ pixels, png: draw(panel, pixels) }));
    files.set(`tray-${state}.ico`, ico(sizes));
    const shape = inState(template, state, '.pier{opacity:.5}');
    files.set(`tray-${state}Template.png`, draw(shape, 16));
    files.set(`tray-${state}Template@2x.png`, draw(shape, 32));
  }
  return files;
}

/** What packages are made with, by file name. */
async function packageIcons() {
  const [app, small, smaller] = await Promise.all([read('app'), read('app-24'), read('app-16')]);
  const at = (pixels) => {
    if (pixels === 16) return draw(smaller, pixels);
    return draw(pixels === 24 || pixels === 48 ? small : app, pixels);
  };
  // Apple's grid leaves a tenth of the canvas free on each side.
  const mac = app.replace('viewBox="0 0 1024 1024"', 'viewBox="-124 -124 1272 1272"');
  const files = new Map([
    ['mac.png', draw(mac, 1024)],
    ['windows.ico', ico([16, 24, 32, 48, 64, 128, 256].map((n) => ({ pixels: n, png: at(n) })))],
  ]);
  for (const n of [16, 24, 32, 48, 64, 128, 256, 512, 1024])
    files.set(`linux/${n}x${n}.png`, at(n));
  return files;
}

export async function writePackageIcons(directory) {
  await mkdir(join(directory, 'linux'), { recursive: true });
  const files = await packageIcons();
  await Promise.all(Array.from(files, ([name, data]) => writeFile(join(directory, name), data)));
}
