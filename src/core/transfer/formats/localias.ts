import { readPort, toUrl } from '../backendUrl.ts';
import { Collector } from '../collector.ts';
import type { Tree } from '../tree.ts';
import { type Parsed, quoted } from '../wanted.ts';

/**
 * localias: a map of `alias: port`, where an alias may begin with `http://` or `https://`. It forwards to `localhost`.
 */
export function parseLocalias(tree: Tree): Parsed {
  const found = new Collector();
  if (tree.kind === 'scalar' && tree.value === null) return found.result();
  if (tree.kind !== 'map') {
    found.problem(tree.line, 'localias has a map here, a line for each alias: app.test: 3000');
    return found.result();
  }
  for (const { key, line, value } of tree.entries) {
    const [, scheme, alias = key] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/i.exec(key) ?? [];
    if (scheme !== undefined && !/^https?$/i.test(scheme)) {
      found.problem(line, `${quoted(key)} has a scheme other than http and https`);
      continue;
    }
    if (value.kind !== 'scalar') {
      const what = `a ${value.kind} stands where localias has a port or a URL`;
      found.problem(line, `${alias}: ${what}, as in ${alias}: 3000`);
      continue;
    }
    const target = value.value;
    const port = readPort(target);
    const url = port === null ? String(target ?? '') : toUrl('localhost', port);
    if (port === null && (typeof target !== 'string' || !/^https?:\/\//i.test(target))) {
      found.problem(line, `${alias}: ${quoted(String(target))} is neither a port nor a URL`);
      continue;
    }
    found.add({ name: alias.replace(/\/$/, ''), backends: [url], line });
  }
  return found.result();
}
