import type { z } from 'zod';
import { docOf, elementOf, keysOf, standardOf } from '../src/shared/config/documented.ts';
import { clusterForm, sentinelForm } from '../src/shared/config/driver.ts';
import { legacyKeys } from '../src/shared/config/legacy.ts';
import { schema } from '../src/shared/config/schema.ts';
import { generated, table } from './page.ts';

/** docs/CONFIG.md: every key of config.json as the schema has it. */
export function configPage(): string {
  const sections = [...(keysOf(schema) ?? [])].filter(([, inner]) => keysOf(inner) !== null);
  const single = [...(keysOf(schema) ?? [])].filter(([, inner]) => keysOf(inner) === null);
  return `${generated}

# Configuration

Berth reads one JSON file: the one that \`--config\` names, else \`config/config.json\` in the current directory, or \`config/config_<flavor>.json\` when \`SETTINGS_FLAVOR=<flavor>\` is set, else [Berth's own](#berths-own-file). The first two are the file of Hipache; what follows is every key. [examples/config.json](examples/config.json) is a file to start from, and \`npm start -- --dry --config FILE\` shows what a file comes to, in the form of such a file, with secrets hidden.

- A key that Berth does not know is a warning. A wrong value is an error that names the key, the value and what it takes; all errors are listed at once, and the exit code is 3.
- \`config/config.json\` without a single key of Berth belongs to another program: it is passed over, with a warning, unless \`--config\` names it.
- Relative paths start in the directory Berth is started in.
- A number in quotes is read as a number, with a warning. \`null\` leaves a section or an optional key out.
- SIGHUP reads the file again. When it is wrong, this is said and the running configuration stays.

## Berth's own file

Where there is no such file, \`berth.json\` in Berth's configuration directory is read (\`berth config path\` prints it). It has the same keys, but what it leaves out is as without a file, below, and not as in Hipache; relative paths in it start where it lies. The app, the dashboard and \`berth config set\` write it; it may be edited by hand too.

## Without a file

Nothing has to be installed, and no port was asked for: the store is \`embedded://127.0.0.1:6390\` (another port when that one is taken), HTTP is served on port 80 of \`127.0.0.1\` and \`::1\` if that is permitted and free, else on the first free port from 8080 to 8089, there are as many workers as processor cores, the access log lies in the state directory, and containers are looked for. A setting in a file is never replaced like that: a taken port is then an error.

${sections.map(([name, inner]) => sectionText(name, inner)).join('\n\n')}

## The rest

${keyTable('', new Map(single))}

### \`driver\` as an object: Redis Sentinel

${keyTable('driver.', keysOf(sentinelForm) ?? new Map())}

### \`driver\` as an object: Redis Cluster

${keyTable('driver.', keysOf(clusterForm) ?? new Map())}

## Old keys

Still read, each with one warning. A successor that is set wins.

${table(
  ['Old key', 'Write today'],
  legacyKeys.map(({ key, successor }) => [`\`${key}\``, successor]),
)}
`;
}

function sectionText(name: string, inner: z.ZodType): string {
  const keys = keysOf(inner) ?? new Map<string, z.ZodType>();
  return `## \`${name}\`\n\n${docOf(inner)?.about ?? ''}\n\n${keyTable(`${name}.`, keys)}`;
}

function keyTable(prefix: string, keys: ReadonlyMap<string, z.ZodType>): string {
  return table(['Key', 'Default', 'Takes', ''], [...rows(prefix, keys)]);
}

function* rows(prefix: string, keys: ReadonlyMap<string, z.ZodType>): Generator<readonly string[]> {
  for (const [name, key] of keys) {
    const doc = docOf(key);
    if (doc === null) throw new Error(`${prefix}${name} is not documented`);
    yield [`\`${prefix}${name}\``, standard(key), doc.takes, doc.about];
    const nested = keysOf(key);
    if (nested !== null) yield* rows(`${prefix}${name}.`, nested);
    // The entries of https.bind repeat the keys of https: once is enough.
    const entries = elementOf(key);
    const inEntries = entries === null ? null : keysOf(entries);
    if (inEntries !== null) {
      const own = [...inEntries].filter(([inner]) => inner === 'port' || !keys.has(inner));
      yield* rows(`${prefix}${name}[].`, new Map(own));
    }
  }
}

function standard(key: z.ZodType): string {
  const stated = docOf(key)?.standard;
  if (stated !== undefined) return stated;
  const value = standardOf(key);
  return value === undefined ? '' : `\`${JSON.stringify(value)}\``;
}
