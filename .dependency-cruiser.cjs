/** Who may import whom. Each rule says why; `npm run boundaries` holds the code to it. */
const from = (path) => ({ path: `^src/${path}/`, pathNot: '\\.test\\.tsx?$' });
const rule = (name, comment, source, to) => ({
  name,
  comment,
  severity: 'error',
  from: source,
  to,
});

module.exports = {
  forbidden: [
    rule(
      'no-circular',
      'Data flows one way; a circle has no bottom to start reading from.',
      {},
      { circular: true },
    ),
    rule(
      'no-orphans',
      'A file nobody imports is dead.',
      {
        orphan: true,
        path: '^src/',
        pathNot: ['\\.d\\.ts$', '\\.test\\.ts$', '^src/(main|renderer|preload)/'],
      },
      {},
    ),
    rule(
      'shared-is-pure',
      'The vocabulary must run in every runtime: no Node, no DOM, no Electron.',
      from('shared'),
      { pathNot: ['^src/shared/', '^node_modules/zod/', '^node_modules/@orpc/contract/'] },
    ),
    rule('store-below', 'The store language knows the shared model only.', from('store'), {
      path: '^src/',
      pathNot: '^src/(shared|store)/',
    }),
    rule(
      'client-below',
      'How an instance is asked, in Node and in browsers alike.',
      from('client'),
      {
        pathNot: ['^src/(shared|client)/', '^node_modules/@orpc/'],
      },
    ),
    rule(
      'proxy-below',
      'The data plane knows neither the supervisor nor a user interface.',
      from('proxy'),
      { path: '^src/', pathNot: '^src/(shared|store|proxy)/' },
    ),
    rule(
      'core-below',
      'The supervisor starts workers as processes; it never reaches into the data plane.',
      from('core'),
      { path: '^src/', pathNot: '^src/(shared|store|client|core)/' },
    ),
    rule('cli-below', 'The command line speaks to core.', from('cli'), {
      path: '^src/',
      pathNot: '^src/(shared|core|cli)/',
    }),
    rule(
      'main-below',
      'Electron main supervises processes, it is not one of them: it knows where an instance is, and talks to it.',
      from('main'),
      { path: '^src/', pathNot: '^src/(shared|client|main|core/(client|system))/' },
    ),
    rule('preload-below', 'The bridge and nothing else.', from('preload'), {
      path: '^src/',
      pathNot: '^src/(shared|preload)/',
    }),
    rule('renderer-below', 'The interface talks over the contract only.', from('renderer'), {
      path: '^src/',
      pathNot: '^src/(shared|client|renderer)/',
    }),
    rule(
      'ioredis-one-door',
      'One place knows how Redis is connected to; all else sees our interface.',
      { path: '^src/', pathNot: ['^src/store/(connect|address)\\.ts$', '\\.test\\.ts$'] },
      { path: '^node_modules/ioredis/', dependencyTypesNot: ['type-only'] },
    ),
    rule(
      'ioredis-mock-one-door',
      'One file holds the data of the embedded store.',
      { path: '^src/', pathNot: ['^src/core/embedded/data\\.ts$', '\\.test\\.ts$'] },
      { path: '^node_modules/ioredis-mock/' },
    ),
    rule(
      'http-proxy-one-door',
      'One engine wraps http-proxy; its faults stay in one folder.',
      { path: '^src/', pathNot: '^src/proxy/engines/reference/' },
      { path: '^node_modules/http-proxy/' },
    ),
    rule(
      'llhttp-one-door',
      'Of undici nothing is used but the parser that it carries.',
      { path: '^src/' },
      {
        path: '^node_modules/undici/',
        pathNot: '^node_modules/undici/lib/llhttp/llhttp-wasm\\.js$',
      },
    ),
    rule(
      'electron-only-in-main',
      'Proxy, core and cli must run without Electron.',
      { path: '^src/', pathNot: '^src/(main|preload)/' },
      { path: '^node_modules/electron/|^electron$' },
    ),
    rule(
      'no-undeclared',
      'What is not in package.json may vanish.',
      { path: '^src/' },
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown'] },
    ),
    rule(
      'no-dev-in-product',
      'Production code may not need a development package.',
      { path: '^src/(shared|store|proxy|core|cli)/', pathNot: '\\.test\\.tsx?$' },
      { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    ),
    rule(
      'no-test-in-product',
      'Production code may not need a test.',
      { path: '^src/', pathNot: '\\.test\\.tsx?$' },
      { path: '^test/' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.d.ts'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
