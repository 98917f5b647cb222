import { limits } from '../../shared/limits.ts';
import type { Run, Step } from '../elevation/step.ts';
import { readAuthorities } from './authority.ts';
import type { Entry, Look, TrustStore } from './store.ts';

export interface KeychainInputs {
  readonly kind: 'system' | 'login';
  /** Absolute path of the keychain. */
  readonly path: string;
  /** Where the PEM file of a certificate of ours is kept, for what takes a file. */
  readonly keptAt: (entry: Entry) => string;
  readonly run: Run;
}

/** A part of every CA's name, by which they are found. */
const commonName = 'Berth local CA';

/**
 * A keychain of macOS. What stands in that of the login alone counts for curl and not for every browser, so the system's
 * is the one that is asked for.
 */
export function keychainStore({ kind, path, keptAt, run }: KeychainInputs): TrustStore {
  const isSystem = kind === 'system';
  const step = (says: string, ...command: [string, ...string[]]): Step => ({
    says,
    command,
    needsRoot: isSystem,
  });
  const takeOut = (entry: Entry): readonly Step[] => [
    step(
      `Have the certificate ${entry.name} count no longer`,
      'security',
      'remove-trusted-cert',
      ...(isSystem ? ['-d'] : []),
      keptAt(entry),
    ),
    step(
      `Remove the certificate ${entry.name} from ${path}`,
      'security',
      'delete-certificate',
      '-Z',
      entry.authority.thumbprint,
      path,
    ),
  ];
  return {
    id: `keychain-${kind}`,
    title: isSystem ? 'System keychain' : 'Login keychain',
    byDefault: isSystem,
    needsRoot: isSystem,
    proof: { kind: 'keychain' },
    isDatabase: false,
    files: [],
    making: [],
    remark: isSystem ? '' : 'Browsers may not go by it: the system keychain is the one to use',
    look: () => lookAt(path, run),
    planAdd: (_look, _authority, file, old) => [
      ...old.flatMap(takeOut),
      step(
        `Put the CA certificate into ${path}, to count for servers`,
        'security',
        'add-trusted-cert',
        ...(isSystem ? ['-d'] : []),
        '-r',
        'trustRoot',
        '-p',
        'ssl',
        '-k',
        path,
        file,
      ),
    ],
    planRemove: (ours) => ours.flatMap(takeOut),
  };
}

async function lookAt(path: string, run: Run): Promise<Look> {
  const found = await run(['security', 'find-certificate', '-a', '-c', commonName, '-p', path], {
    timeoutMs: limits.toolMs,
  });
  if (found.status === null) {
    return { kind: 'unavailable', why: `security cannot be run: ${found.stderr}`, isThere: true };
  }
  // It fails where it finds none.
  const entries = readAuthorities(found.stdout).map((authority) => ({
    authority,
    name: authority.thumbprint,
    counts: true,
    stored: null,
  }));
  return { kind: 'seen', entries, hasOthers: true };
}
