import { bracketed, describeStore } from '../core/instance/describeStore.ts';
import { redisCliArguments } from '../core/instance/workerSettings.ts';
import { isLoopback } from '../shared/config/address.ts';
import type { Config } from '../shared/config/config.ts';
import type { StoreSpec } from '../shared/model/driver.ts';
import type { ListenerSpec } from '../shared/model/listener.ts';
import { version } from '../shared/version.ts';

/** What is known of an instance that has started. */
export interface Started {
  /** Whether `npm start` began it: then there is a checkout, and perhaps no `berth` on the PATH. */
  readonly byNpm: boolean;
  readonly config: Config;
  readonly instance: {
    readonly listeners: readonly ListenerSpec[];
    /** Where the embedded store listens on TCP, or null. */
    readonly embedded: { readonly host: string; readonly port: number } | null;
    readonly accessLog: string;
    /** Path of the control socket, and address of the dashboard; null for what there is not. */
    readonly control: { readonly socket: string | null; readonly dashboard: string | null };
  };
}

/** The lines said at the start: where it serves, where frontends live, what to do next. */
export function startLines({ config, instance, byNpm }: Started): readonly string[] {
  const { listeners, embedded, accessLog, control } = instance;
  const suffix = config.suffixes.includes('localhost') ? 'localhost' : config.suffixes[0];
  const local = listeners.find(
    ({ address }) => isLoopback(address) || address === '0.0.0.0' || address === '::',
  );
  const lines: [string, string][] = [
    [
      'serving',
      listeners.map((listener) => urlOf(listener, bracketed(listener.address))).join(' '),
    ],
    ['store', describeStore(config.driver, embedded)],
  ];
  const name = `app.${suffix ?? 'localhost'}`;
  const hasVerbs = control.socket !== null;
  if (hasVerbs) lines.push(['add a host', `${byNpm ? 'npx ' : ''}berth add ${name} 3000`]);
  const client = clientOf(config.driver, embedded);
  if (client !== null) {
    const key = quoted(`${config.driver.prefix}frontend:${name}`);
    lines.push([hasVerbs ? 'or' : 'add a host', `${client} ${key} app http://127.0.0.1:3000`]);
  }
  if (local !== undefined && suffix !== undefined) {
    lines.push(['welcome', `${urlOf(local, `welcome.${suffix}`)}/`]);
  }
  if (control.socket !== null) lines.push(['control', control.socket]);
  if (control.dashboard !== null) {
    lines.push(['dashboard', `${control.dashboard}/  (${byNpm ? 'npx ' : ''}berth open)`]);
  }
  lines.push(['access log', accessLog]);
  const width = Math.max(...lines.map(([name]) => name.length));
  return [
    `berth ${version} (Ctrl-C stops)`,
    ...lines.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`),
  ];
}

/** The beginning of a command that adds to a list of the store; null where no client reaches it. */
function clientOf(driver: StoreSpec, embedded: Started['instance']['embedded']): string | null {
  if (driver.kind === 'embedded' && embedded === null) return null;
  const isHere =
    driver.kind === 'embedded' || (driver.kind === 'redis' && isLoopback(driver.write.host));
  if (!isHere) return 'RPUSH';
  const words = redisCliArguments(driver, embedded);
  return words === '' ? 'redis-cli rpush' : `redis-cli ${words} rpush`;
}

function urlOf({ port, tls }: ListenerSpec, host: string): string {
  const standard = tls === null ? 80 : 443;
  return `${tls === null ? 'http' : 'https'}://${host}${port === standard ? '' : `:${port}`}`;
}

/** A word for a shell: quoted when it needs to be. */
function quoted(word: string): string {
  return /^[\w.:/-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
