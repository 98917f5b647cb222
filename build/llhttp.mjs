import { readFile } from 'node:fs/promises';

/**
 * The WebAssembly build of llhttp, as a module with a default export. esbuild would otherwise copy the buffer that the
 * CommonJS file exports property by property, which is byte by byte.
 */
export const llhttp = {
  name: 'llhttp',
  setup(build) {
    build.onLoad(
      { filter: /[\\/]undici[\\/]lib[\\/]llhttp[\\/]llhttp-wasm\.js$/ },
      async ({ path }) => {
        const base64 = /'([A-Za-z0-9+/=]{1000,})'/.exec(await readFile(path, 'utf8'))?.[1];
        if (base64 === undefined) throw new Error(`${path} does not hold what it held`);
        return { contents: `export default Buffer.from('${base64}', 'base64');`, loader: 'js' };
      },
    );
  },
};
