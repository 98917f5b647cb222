import { defaultOptions } from '../../../shared/model/options.ts';
import { readPort, toUrl } from '../backendUrl.ts';
import { Collector } from '../collector.ts';
import { childOf, type Tree, textOf } from '../tree.ts';
import { type Parsed, quoted } from '../wanted.ts';

/** A file of `~/.hotel/servers`. */
export interface HotelServer {
  /** Name of the file without `.json`. */
  readonly id: string;
  readonly tree: Tree;
}

/** The suffix that hotel uses when its `conf.json` names none. */
export const hotelSuffix = 'localhost';

/** `tld` of hotel's `conf.json`. */
export const suffixOf = (conf: Tree): string => textOf(childOf(conf, 'tld')) ?? hotelSuffix;

/**
 * hotel: `{ "target": URL }`, or `{ "cmd": …, "env": { "PORT": … } }`, which it reaches on `localhost`.
 */
export function parseHotel(servers: readonly HotelServer[], suffix: string): Parsed {
  const found = new Collector();
  for (const { id, tree } of servers) {
    // Each has a file of its own: its name tells more than a line.
    const line = null;
    const name = `${id}.${suffix}`;
    const target = textOf(childOf(tree, 'target'));
    const env = childOf(tree, 'env');
    const given = env === null ? null : childOf(env, 'PORT');
    const port = given?.kind === 'scalar' ? readPort(given.value) : null;
    if (target === null && textOf(childOf(tree, 'cmd')) === null) {
      found.problem(line, `${quoted(id)} has neither "target" nor "cmd"`);
    } else if (target === null && port === null) {
      found.problem(
        line,
        given === null
          ? `${name} has no fixed port: hotel gives "cmd" another one at each start`
          : `${name}: its PORT is not a port`,
      );
    } else {
      const changeOrigin = childOf(tree, 'changeOrigin');
      const isChanged = changeOrigin?.kind === 'scalar' && changeOrigin.value === true;
      found.add({
        name,
        backends: [target ?? toUrl('localhost', port ?? 0)],
        options: isChanged ? { ...defaultOptions, hostHeader: 'backend' } : null,
        line,
      });
    }
  }
  return found.result();
}
