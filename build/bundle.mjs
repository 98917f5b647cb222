/** Bundles what runs: `node build/bundle.mjs` writes dist/. CommonJS for node18, since that is what every Electron we support runs. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Packages that stay outside: each is loaded from node_modules at run time. */
const external = ['electron', 'ioredis', 'ioredis-mock', 'http-proxy'];

const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: { cli: 'src/cli/index.ts', worker: 'src/proxy/worker.ts' },
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  target: 'node18',
  format: 'cjs',
  sourcemap: true,
  external,
  write: false,
  logLevel: 'warning',
});

// An instance that runs may start a worker at any moment: its files are replaced, and never missing or half written.
await mkdir(`${root}dist`, { recursive: true });
for (const { path, contents } of outputFiles) {
  await writeFile(`${path}.${process.pid}`, contents);
  await rename(`${path}.${process.pid}`, path);
}
