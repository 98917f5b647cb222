import { readdir } from 'node:fs/promises';
import { join } from 'node:path/posix';
import { limits } from '../../shared/limits.ts';
import { errnoOf, readBounded, readBoundedBytes, reasonOf } from '../config/readFile.ts';
import type { Argv, Step } from '../elevation/step.ts';
import { anchorFileOf, isAnchorFile, isBerths, readAuthorities } from './authority.ts';
import type { LinuxFamily } from './linuxFamily.ts';
import type { Entry, Look, TrustStore } from './store.ts';

export interface AnchorsInputs {
  readonly family: LinuxFamily;
  /** Stands before the paths of the family; empty on a real machine. */
  readonly root: string;
  /** The family's program, by its absolute path. */
  readonly update: Argv;
  /** Whether the program takes a file that says what it is to forget. */
  readonly takesConfiguration: boolean;
  /** Those of the files that are written anew which are there. */
  readonly rewritten: readonly string[];
  /** Directories that are missing, from the top. */
  readonly making: readonly string[];
}

/** The system's own store on Linux: a file in a directory, and a program that makes it count. */
export function anchorsStore(inputs: AnchorsInputs): TrustStore {
  const { family, root, rewritten, making } = inputs;
  const directory = `${root}${family.directory}`;
  const bundle = `${root}${family.bundle}`;
  const refresh = (forgotten: readonly Entry[]): Step => ({
    says: 'Have the system read its certificates again',
    command: refreshCommand(inputs, forgotten),
    needsRoot: true,
  });
  const gone = ({ name, stored }: Entry, emptied?: string): Step => ({
    says: `Remove ${join(directory, name)}`,
    needsRoot: true,
    file: {
      path: join(directory, name),
      before: stored,
      after: null,
      ...(emptied === undefined ? {} : { emptied }),
    },
  });
  return {
    id: 'system',
    title: `System (${family.name})`,
    byDefault: true,
    needsRoot: true,
    proof: { kind: 'system', bundle },
    isDatabase: false,
    files: rewritten,
    making,
    remark: '',
    look: () => lookAt(directory, bundle),
    planAdd: (look, authority, _path, old) => {
      const name = anchorFileOf(authority);
      const isThere = look.kind === 'seen' && look.entries.some((entry) => entry.name === name);
      const add: Step = {
        says: `Write the CA certificate to ${join(directory, name)}`,
        needsRoot: true,
        file: { path: join(directory, name), before: null, after: Buffer.from(authority.pem) },
      };
      return [...old.map((entry) => gone(entry)), ...(isThere ? [] : [add]), refresh(old)];
    },
    planRemove: (ours, undo) => {
      const isMade = undo.kind !== 'delete' && undo.directories.includes(directory);
      const copies = undo.kind === 'restore' ? undo.files : [];
      const files = ours.filter(({ stored }) => stored !== null);
      return [
        ...files.map((entry, at) =>
          gone(entry, isMade && at === files.length - 1 ? directory : undefined),
        ),
        ...(isMade && files.length < ours.length ? [removeEmpty(directory)] : []),
        ...(ours.length === 0 ? [] : [refresh(ours)]),
        ...copies.map(
          ({ path, copy }): Step => ({
            says: `Have ${path} as it was before`,
            // In place: mode, owner and labels stay.
            command: ['cp', copy, path],
            needsRoot: true,
          }),
        ),
      ];
    },
  };
}

const removeEmpty = (directory: string): Step => ({
  says: `Remove ${directory}, which was not there before`,
  needsRoot: true,
  command: ['rmdir', directory],
  mayFail: true,
});

/**
 * Debian's program leaves links to what is gone, and Java's list as it is, unless its configuration says that a
 * certificate is unwanted. That file is the administrator's: a copy of it says so.
 */
function refreshCommand(
  { family, root, update, takesConfiguration }: AnchorsInputs,
  forgotten: readonly Entry[],
): Argv {
  if (family.forgets || forgotten.length === 0) return update;
  const [program] = update;
  if (!takesConfiguration) return [program, '--fresh'];
  // Where it was cut off in the middle, links lead nowhere, and half a list would be gone on with.
  const isCutOff = forgotten.some(({ stored }) => stored === null);
  const script = [
    'conf=$(mktemp)',
    '{ cat "$0" 2>/dev/null; printf \'!%s\\n\' "$@"; } > "$conf"',
    ...(isCutOff ? [`rm -f ${root}${family.bundle}.new`] : []),
    `${program} ${isCutOff ? '--fresh ' : ''}--certsconf "$conf"`,
    'rm -f "$conf"',
  ].join(' && ');
  return [
    'sh',
    '-c',
    script,
    `${root}/etc/ca-certificates.conf`,
    ...forgotten.map(({ name }) => name),
  ];
}

async function lookAt(directory: string, bundle: string): Promise<Look> {
  try {
    const names = await readdir(directory).catch((error: unknown) => {
      if (errnoOf(error) === 'ENOENT') return [];
      throw error;
    });
    const text = await readBounded(bundle, limits.maxTrustBundleBytes).catch(() => '');
    const listed = new Map(readAuthorities(text).map((one) => [one.fingerprint, one]));
    const found = await Promise.all(
      names.filter(isAnchorFile).map(async (name): Promise<Entry | null> => {
        const stored = await readBoundedBytes(join(directory, name), limits.maxTrustedFileBytes);
        const [authority] = readAuthorities(stored.toString('latin1'));
        if (authority === undefined || anchorFileOf(authority) !== name) return null;
        return { authority, name, counts: listed.has(authority.fingerprint), stored };
      }),
    );
    const entries = found.filter((entry) => entry !== null);
    for (const { authority } of entries) listed.delete(authority.fingerprint);
    const lingering = [...listed.values()].filter(isBerths).map((authority) => ({
      ...{ authority, name: anchorFileOf(authority), counts: true, stored: null },
    }));
    return { kind: 'seen', entries, hasOthers: true, lingering };
  } catch (error) {
    return { kind: 'unavailable', why: `${directory}: ${reasonOf(error)}`, isThere: true };
  }
}
