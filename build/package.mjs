/**
 * Packages the desktop app for this platform: `npm run package -- [--output DIRECTORY] [--store] [TARGET...]`, as
 * in `npm run package -- dir`; with --store nothing is compressed. ELECTRON_OVERRIDE_DIST_PATH names an Electron to take instead of fetching it,,
 * BERTH_UPDATES_URL the place where the app finds its updates, BERTH_HOMEPAGE and BERTH_MAINTAINER what deb and rpm have
 * to say.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build, Platform } from 'electron-builder';
import { writePackageIcons } from './icons.mjs';
import { packageConfig } from './packageConfig.mjs';

const { values, positionals: targets } = parseArgs({
  options: {
    output: { type: 'string', default: 'release' },
    store: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const directory = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
const icons = join('.cache', 'icons');

await writePackageIcons(icons);
await build({
  targets: Platform.current().createTarget(targets.length === 0 ? null : targets),
  publish: 'never',
  config: packageConfig({
    output: values.output,
    icons,
    electron: directory
      ? {
          directory,
          version: readFileSync(join(directory, 'version'), 'utf8').trim().replace(/^v/, ''),
        }
      : null,
    maker: {
      homepage: process.env['BERTH_HOMEPAGE'] || null,
      maintainer: process.env['BERTH_MAINTAINER'] || null,
    },
    compression: values.store ? 'store' : 'normal',
    updates: process.env['BERTH_UPDATES_URL'] || null,
  }),
});
