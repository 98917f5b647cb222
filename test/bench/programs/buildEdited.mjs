/**
 * `node buildEdited.mjs DIRECTORY EDITS`: builds what an instance runs, as `npm run build` does, from sources that are
 * edited on the way. EDITS is JSON, a list of {"file", "text", "by"}; each text stands in its file once.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { external } from '../../../build/external.mjs';
import { llhttp } from '../../../build/llhttp.mjs';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const [outdir, editsText] = process.argv.slice(2);
const edits = JSON.parse(editsText);

const editing = {
  name: 'editing',
  setup: ({ onLoad, onEnd }) => {
    const unused = new Set(edits);
    onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path }) => {
      const own = edits.filter(({ file }) => join(root, file) === path);
      if (own.length === 0) return null;
      let contents = await readFile(path, 'utf8');
      for (const edit of own) {
        if (contents.split(edit.text).length !== 2)
          throw new Error(`${edit.file} does not hold this once: ${edit.text}`);
        contents = contents.replace(edit.text, edit.by);
        unused.delete(edit);
      }
      return { contents, loader: 'ts' };
    });
    onEnd(() => {
      for (const { file } of unused) throw new Error(`${file} is no part of the bundle`);
    });
  },
};

await build({
  absWorkingDir: root,
  entryPoints: { cli: 'src/cli/index.ts', worker: 'src/proxy/worker.ts' },
  outdir,
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  target: 'node18',
  format: 'cjs',
  alias: { 'lru-cache': join(root, 'node_modules/lru-cache/dist/esm/browser/index.js') },
  external: ['electron', ...external],
  plugins: [llhttp, editing],
  logLevel: 'warning',
});
