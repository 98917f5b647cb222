import { readPort, toUrl } from '../backendUrl.ts';
import { Collector } from '../collector.ts';
import { childOf, type Tree, textOf } from '../tree.ts';
import type { Parsed } from '../wanted.ts';

/** portless: `routes.json`, a list of `{ "hostname": "app.localhost", "port": 4123, "pid": 812 }`. */
export function parsePortless(tree: Tree): Parsed {
  const found = new Collector();
  if (tree.kind !== 'list') {
    found.problem(tree.line, "portless' routes.json is a list of routes");
    return found.result();
  }
  for (const route of tree.items) {
    const name = textOf(childOf(route, 'hostname'));
    const given = childOf(route, 'port');
    const port = given?.kind === 'scalar' ? readPort(given.value) : null;
    if (name === null) found.problem(route.line, 'this route has no "hostname"');
    else if (port === null) found.problem(route.line, `${name}: its "port" is not a port`);
    else found.add({ name, backends: [toUrl('127.0.0.1', port)], line: route.line });
  }
  return found.result();
}
