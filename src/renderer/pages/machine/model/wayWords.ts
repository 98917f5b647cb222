import type { NamesView } from '../../../../shared/contract/names.ts';
import type { LookOf } from './nameWords.ts';

/** One way by which hosts are found: how it is, and what can be done about it. */
export interface WayLook extends LookOf {
  /** One sentence; empty for none. */
  readonly says: string;
  readonly canInstall: boolean;
  readonly canRemove: boolean;
}

export function hostsFileLook(file: NamesView['hostsFile']): WayLook {
  const { path, missing, excess, left, problem, isKept } = file;
  const kept = isKept ? ' The instance keeps it so by itself.' : '';
  switch (file.state) {
    case 'installed':
      return {
        ...{ status: 'up', word: 'installed' },
        says: `${path} ${left === 0 ? 'has each host' : `has no room for ${hosts(left)}`}.${kept}`,
        ...{ canInstall: false, canRemove: true },
      };
    case 'outdated':
      return {
        ...{ status: 'degraded', word: 'outdated' },
        says: `${path} ${differences(missing, excess)}.${kept}`,
        ...{ canInstall: true, canRemove: true },
      };
    case 'absent':
      return {
        ...{ status: 'unknown', word: 'not installed' },
        says:
          missing.length === 0
            ? `There is no host that ${path} should have.`
            : `${path} has nothing of Berth; ${hosts(missing.length)} would be in it.`,
        ...{ canInstall: missing.length > 0, canRemove: false },
      };
    case 'broken':
      return {
        ...{ status: 'down', word: 'broken' },
        says: sentence(problem),
        ...{ canInstall: false, canRemove: false },
      };
  }
}

export function resolverLook(resolver: NamesView['resolver']): WayLook {
  const { state, title, evidence, tried, problem, other } = resolver;
  const asked = other === null ? '' : ` It asks another instance of Berth (${other}).`;
  const says = `${sentence(problem === '' ? `${title}: ${evidence}` : problem)}${asked}`;
  const told = `${says}${tried === '' ? '' : ` ${sentence(tried)}`}`;
  switch (state) {
    case 'installed':
      return { status: 'up', word: 'installed', says, canInstall: false, canRemove: true };
    case 'untold':
      return {
        ...{ status: 'down', word: 'does not ask', says: told },
        ...{ canInstall: true, canRemove: true },
      };
    case 'untried':
      return {
        ...{ status: 'unknown', word: 'not tried', says: told },
        ...{ canInstall: false, canRemove: true },
      };
    case 'outdated':
      return { status: 'degraded', word: 'outdated', says, canInstall: true, canRemove: true };
    case 'absent':
      return { status: 'unknown', word: 'not installed', says, canInstall: true, canRemove: false };
    case 'unavailable':
      return { status: 'unknown', word: 'not possible', says, canInstall: false, canRemove: false };
  }
}

const hosts = (count: number): string => (count === 1 ? 'one host' : `${count} hosts`);

function differences(missing: readonly string[], excess: readonly string[]): string {
  const parts = [
    ...(missing.length === 0 ? [] : [`lacks ${some(missing)}`]),
    ...(excess.length === 0 ? [] : [`has ${some(excess)} beyond those that there are`]),
  ];
  return parts.length === 0 ? 'is to be written anew' : parts.join(' and ');
}

const some = ([first, ...rest]: readonly string[]): string =>
  rest.length === 0 ? String(first) : `${first} and ${rest.length} more`;

/** With its capital letter and its end. */
const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
