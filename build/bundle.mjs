/** Bundles what runs: `node build/bundle.ts` writes dist/. CommonJS for node18, since that is what every Electron we support runs. */
import { rm } from 'node:fs/promises';
import { build } from 'esbuild';

const root = new URL('..', import.meta.url).pathname;

/** Packages that stay outside: each is loaded from node_modules at run time. */
const external = ['electron', 'ioredis', 'ioredis-mock', 'http-proxy'];

await rm(`${root}dist`, { recursive: true, force: true });
await build({
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
  logLevel: 'warning',
});
