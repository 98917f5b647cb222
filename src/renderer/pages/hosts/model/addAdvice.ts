import type { HostView } from '../../../../shared/contract/hosts.ts';
import type { ListenerStatus } from '../../../../shared/contract/instance.ts';
import { parseBackend } from '../../../../shared/model/backend.ts';
import type { AddLine } from './addLine.ts';

/** What is good to know of a line that can be saved. */
export interface Advice {
  readonly text: string;
  readonly isWarning: boolean;
}

export function adviceFor(
  { name, backends }: Pick<Extract<AddLine, { kind: 'host' }>, 'name' | 'backends'>,
  {
    known,
    isDuplicate,
    suffixes,
    listeners,
  }: {
    /** What is there under this name. */
    readonly known: HostView | undefined;
    readonly isDuplicate: boolean;
    readonly suffixes: readonly string[];
    readonly listeners: readonly ListenerStatus[];
  },
): Advice {
  const own = backends.find((url) => isOwn(url, listeners));
  if (own !== undefined) {
    return warning(`${own} is Berth itself: requests would go round in a circle.`);
  }
  if (known !== undefined && isDuplicate)
    return warning(`${name} is there already: choose another name.`);
  if (known !== undefined) {
    const fresh = backends.filter((url) => !known.backends.includes(url));
    return fresh.length === 0
      ? warning(`${name} has this backend already: nothing would change.`)
      : warning(
          `${name} is there already: this makes it ${known.backends.length + fresh.length} backends that share its requests.`,
        );
  }
  const resolves = name === 'localhost' || name.endsWith('.localhost');
  const isUsual = resolves || suffixes.some((suffix) => name.endsWith(`.${suffix}`));
  if (name.startsWith('*'))
    return fine('Enter saves it. It answers for every name that has no host of its own.');
  if (resolves)
    return fine('Enter saves it, then asks its server. Browsers find *.localhost by themselves.');
  return fine(
    isUsual
      ? 'Enter saves it, then asks its server.'
      : 'Enter saves it, then asks its server. The name has to lead to this machine: by DNS, or a line in the hosts file.',
  );
}

const fine = (text: string): Advice => ({ text, isWarning: false });
const warning = (text: string): Advice => ({ text, isWarning: true });

const own = /^(localhost|127(\.\d{1,3}){3}|::1|0\.0\.0\.0|::)$/;

function isOwn(url: string, listeners: readonly ListenerStatus[]): boolean {
  const parsed = parseBackend(url, 0);
  if (!parsed.ok || !own.test(parsed.backend.hostname)) return false;
  return listeners.some(({ address, port }) => port === parsed.backend.port && own.test(address));
}
