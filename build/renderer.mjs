/** Builds the interface: one bundle for the desktop's window and for the dashboard. */
import { fileURLToPath } from 'node:url';
import tailwind from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { build } from 'vite';

/** @returns {Promise<{ path: string, contents: string | Uint8Array }[]>} files under dist/renderer, the page last */
export async function bundleRenderer() {
  // A test runner sets another one, and React would then be that of its developers: several times as slow.
  process.env.NODE_ENV = 'production';
  const result = await build({
    configFile: false,
    logLevel: 'warn',
    root: fileURLToPath(new URL('../src/renderer', import.meta.url)),
    base: './',
    plugins: [react(), tailwind()],
    build: {
      target: 'chrome114',
      write: false,
      // A data: address in the page is an exception to the content security policy.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 1500,
    },
  });
  const outputs = Array.isArray(result) ? result : [result];
  const files = outputs.flatMap(({ output }) => output);
  const page = (file) => Number(file.fileName.endsWith('.html'));
  return files
    .sort((a, b) => page(a) - page(b))
    .map((file) => ({
      path: file.fileName,
      contents: file.type === 'chunk' ? file.code : file.source,
    }));
}
