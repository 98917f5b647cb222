/** Bundles what runs: `node build/bundle.mjs` writes dist/. CommonJS for node18, since that is what every Electron we support runs. */
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { external } from './external.mjs';
import { appIcons } from './icons.mjs';
import { llhttp } from './llhttp.mjs';
import { bundleRenderer } from './renderer.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

const dist = join(root, 'dist');

const [{ outputFiles }, rendererFiles, icons] = await Promise.all([
  build({
    absWorkingDir: root,
    entryPoints: {
      cli: 'src/cli/index.ts',
      worker: 'src/proxy/worker.ts',
      main: 'src/main/index.ts',
      preload: 'src/preload/index.ts',
    },
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node18',
    format: 'cjs',
    sourcemap: true,
    // Its build for Node wants a part of node:diagnostics_channel that the oldest Electron does not have.
    alias: { 'lru-cache': join(root, 'node_modules/lru-cache/dist/esm/browser/index.js') },
    external: ['electron', ...external],
    plugins: [llhttp],
    write: false,
    logLevel: 'warning',
  }),
  bundleRenderer(),
  appIcons(),
]);

// An instance that runs may start a worker at any moment: its files are replaced, and never missing or half written.
async function put(path, contents) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.${process.pid}`, contents);
  await rename(`${path}.${process.pid}`, path);
}

const interfaceFolder = join(dist, 'renderer');
for (const { path, contents } of rendererFiles) await put(join(interfaceFolder, path), contents);
for (const [name, data] of icons) await put(join(dist, 'icons', name), data);
// The launcher asks how old cli.cjs is: it comes last.
for (const { path, contents } of outputFiles.toReversed()) await put(path, contents);

// What another build left has another name.
const kept = new Set(rendererFiles.map(({ path }) => join(interfaceFolder, path)));
for (const entry of await readdir(interfaceFolder, { withFileTypes: true, recursive: true })) {
  const path = join(entry.parentPath ?? entry.path, entry.name);
  if (entry.isFile() && !kept.has(path)) await rm(path, { force: true });
}
