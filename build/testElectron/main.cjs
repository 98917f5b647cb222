'use strict';
// What `electron PATH` runs first: Electron's own default app in short. The test runtime was unpacked from an app, and
// has none.
const { existsSync, readFileSync, statSync } = require('node:fs');
const { createRequire, _load: load } = require('node:module');
const { join, resolve } = require('node:path');
const { app } = require('electron');

const words = process.argv.slice(1);
const preloaded = [];
let given = null;
for (let at = 0; at < words.length && given === null; at += 1) {
  const word = words[at];
  if (word === '-r' || word === '--require') {
    at += 1;
    preloaded.push(words[at]);
  } else if (!word.startsWith('-')) given = resolve(word);
}

if (given === null || !existsSync(given)) {
  process.stderr.write(`electron: no app at ${given ?? 'any path'}\n`);
  process.exit(1);
}
for (const module of preloaded) createRequire(join(process.cwd(), 'app.js'))(module);

let entry = given;
const description = join(given, 'package.json');
if (statSync(given).isDirectory() && existsSync(description)) {
  const { name, productName, version, main } = JSON.parse(readFileSync(description, 'utf8'));
  if (version) app.setVersion(version);
  if (productName || name) app.name = productName || name;
  app.setAppPath(given);
  entry = join(given, main ?? 'index.js');
}
load(entry, module, true);
