declare module 'undici/lib/llhttp/llhttp-wasm.js' {
  /** The WebAssembly build of llhttp. */
  const wasm: Uint8Array<ArrayBuffer>;
  export default wasm;
}
