import type { ListeningPort } from '../../../../shared/contract/containers.ts';
import { parseFrontendName } from '../../../../shared/model/hostname.ts';

/** Where a process of this machine is asked: both loopback addresses are tried for the name. */
export const backendOf = ({ port }: Pick<ListeningPort, 'port'>): string =>
  `http://localhost:${port}`;

/** As a person knows it: `vite in ~/code/shop`. */
export const processTitle = ({ process, port }: Pick<ListeningPort, 'process' | 'port'>): string =>
  process === null ? `port ${port}` : process.name;

/** A free name for a host, by the folder that a process runs in, or else by what it is. */
export function suggestionForProcess(
  { process, port }: Pick<ListeningPort, 'process' | 'port'>,
  suffix: string,
  isTaken: (name: string) => boolean,
): string {
  const folder = process?.directory.split(/[\\/]/).findLast((part) => part !== '') ?? '';
  const words = [folder === '~' ? '' : folder, process?.name ?? '', `port-${port}`]
    .map(asLabel)
    .filter((word) => word !== '');
  const [word = `port-${port}`] = words;
  const names = [word, `${word}-${port}`].map((label) =>
    suffix === '' ? label : `${label}.${suffix}`,
  );
  return names.find((name) => parseFrontendName(name).ok && !isTaken(name)) ?? names[1] ?? '';
}

/** Characters of a label of a host name. */
const maxLabelChars = 40;

/** What of a word can stand in a host name. */
const asLabel = (word: string): string =>
  word
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, maxLabelChars)
    .replace(/^-+|-+$/g, '');
