/** A source of names in the `hosts` line of nsswitch.conf, in its order. */
export interface NameService {
  readonly name: string;
  /** When the search ends with this source, in the words of the file: `NOTFOUND=return`, `!UNAVAIL=return`. */
  readonly actions: readonly string[];
}

/** What glibc does where the file or the line is missing. */
const standard: readonly NameService[] = [
  { name: 'files', actions: [] },
  { name: 'dns', actions: [] },
];

/** Reads the `hosts` line; null for a file that is missing. */
export function readNsswitch(text: string | null): readonly NameService[] {
  const line = /^[ \t]*hosts[ \t]*:(.*)$/m.exec(text ?? '')?.[1]?.split('#', 1)[0];
  if (line === undefined) return standard;
  const services: { name: string; actions: string[] }[] = [];
  for (const [word] of line.matchAll(/\[[^\]]*\]|[^\s[\]]+/g)) {
    const last = services.at(-1);
    if (!word.startsWith('[')) services.push({ name: word.toLowerCase(), actions: [] });
    else last?.actions.push(...word.slice(1, -1).toUpperCase().trim().split(/\s+/));
  }
  return services;
}

/** Whether a source that does not know a name ends the search. */
export const endsWhenNotFound = ({ actions }: NameService): boolean => {
  let ends = false;
  for (const action of actions) {
    const [status = '', what] = action.split('=');
    const isAbout = status.startsWith('!') ? status !== '!NOTFOUND' : status === 'NOTFOUND';
    if (isAbout) ends = what === 'RETURN';
  }
  return ends;
};

const multicast = /^mdns(?:[46])?(?:_minimal)?$/;

export const isMulticast = ({ name }: NameService): boolean => multicast.test(name);

/**
 * Whether a source takes a host for its own. `mdns…_minimal` takes names of two labels under `.local`, the others all
 * names there; `/etc/mdns.allow` may say otherwise for the latter.
 */
function isAskedFor({ name }: NameService, host: string): boolean {
  if (!multicast.test(name)) return true;
  const labels = host.split('.');
  return labels.at(-1) === 'local' && (!name.endsWith('_minimal') || labels.length === 2);
}

/** The sources that are asked for a host nobody before them knows, in their order. */
export function sourcesFor(services: readonly NameService[], host: string): readonly string[] {
  const asked: string[] = [];
  for (const service of services) {
    if (!isAskedFor(service, host)) continue;
    asked.push(service.name);
    if (endsWhenNotFound(service)) break;
  }
  return asked;
}
