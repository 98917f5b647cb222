import { join } from 'node:path/posix';
import { limits } from '../../shared/limits.ts';
import type { Argv, Run, Step } from '../elevation/step.ts';
import { isNickname, nicknameOf, readAuthorities } from './authority.ts';
import type { Entry, Look, TrustStore, Undo } from './store.ts';

export interface NssInputs {
  readonly id: string;
  readonly title: string;
  /** Of the database, absolute. */
  readonly directory: string;
  /** Directories that are missing, from the top; the last one is `directory`. Empty where it is there. */
  readonly making: readonly string[];
  /** Whether the browser made its database, or it is ours to make. */
  readonly isThere: boolean;
  readonly isChromium: boolean;
  /** NSS' own program, by its absolute path. */
  readonly certutil: string;
  readonly run: Run;
  readonly remark: string;
}

/** The files of a database of NSS. */
export const nssFiles = (directory: string): readonly string[] =>
  ['cert9.db', 'key4.db', 'pkcs11.txt'].map((name) => join(directory, name));

/** For servers alone: neither mail nor code. */
const trustFlags = 'C,,';

/** The certificate database of a browser on NSS: Chromium's of a user, or that of one profile of Firefox. */
export function nssStore(inputs: NssInputs): TrustStore {
  const { id, title, directory, making, isThere, certutil, remark } = inputs;
  // Without a password file it asks on the terminal, where there is one.
  const call = (...rest: string[]): Argv => [
    certutil,
    '-d',
    `sql:${directory}`,
    '-f',
    '/dev/null',
    ...rest,
  ];
  const step = (says: string, command: Argv): Step => ({ says, command, needsRoot: false });
  const takeOut = ({ name }: Entry): Step =>
    step(`Take ${name} out of ${directory}`, call('-D', '-n', name));
  return {
    id,
    title,
    byDefault: true,
    needsRoot: false,
    proof: { kind: 'nss', directory, isChromium: inputs.isChromium },
    isDatabase: true,
    files: nssFiles(directory),
    making,
    remark,
    look: () => (isThere ? lookAt(directory, call, inputs.run) : nothing),
    planAdd: (look, authority, path, old) => {
      const name = nicknameOf(authority);
      const present = look.kind === 'seen' && look.entries.some((entry) => entry.name === name);
      return [
        ...making.map((made) => step(`Make ${made}`, ['mkdir', '-m', '0700', made])),
        ...(isThere
          ? []
          : [step(`Make an empty database in ${directory}`, call('-N', '--empty-password'))]),
        ...old.map(takeOut),
        present
          ? step(`Have ${name} count for servers`, call('-M', '-n', name, '-t', trustFlags))
          : step(
              `Put the CA certificate into ${directory} as ${name}`,
              call('-A', '-n', name, '-t', trustFlags, '-i', path),
            ),
      ];
    },
    planRemove: (ours, undo) => planRemove(ours, undo, takeOut, step),
  };
}

const nothing = Promise.resolve<Look>({ kind: 'seen', entries: [], hasOthers: false });

function planRemove(
  ours: readonly Entry[],
  undo: Undo,
  takeOut: (entry: Entry) => Step,
  step: (says: string, command: Argv) => Step,
): readonly Step[] {
  switch (undo.kind) {
    case 'entries':
      return ours.map(takeOut);
    case 'delete':
      return [
        step('Remove the database, which was made for the CA certificate', [
          'rm',
          '-f',
          ...undo.files,
        ]),
        ...[...undo.directories]
          .reverse()
          .map((made) => step(`Remove ${made}, which is empty`, ['rmdir', made])),
      ];
    case 'restore':
      return [
        ...undo.files.flatMap(({ path, copy }) => [
          // A rename: who reads the database finds the one or the other.
          step(`Copy ${path} as it was before`, ['cp', '-p', copy, `${path}.berth`]),
          step('Put it in its place', ['mv', '-f', `${path}.berth`, path]),
        ]),
        ...undo.made.map((path) => step(`Remove ${path}, which was not there`, ['rm', '-f', path])),
      ];
  }
}

async function lookAt(
  directory: string,
  call: (...rest: string[]) => Argv,
  run: Run,
): Promise<Look> {
  const listed = await run(call('-L'), { timeoutMs: limits.toolMs });
  if (listed.status !== 0) {
    const why = nssReason(listed.stderr) ?? `certutil cannot read ${directory}`;
    return { kind: 'unavailable', why, isThere: true };
  }
  const rows = readList(listed.stdout);
  const entries: Entry[] = [];
  for (const { name, flags } of rows) {
    if (!isNickname(name)) continue;
    // It prints all certificates with the same subject.
    const shown = await run(call('-L', '-n', name, '-a'), { timeoutMs: limits.toolMs });
    const authority = readAuthorities(shown.stdout).find((one) => nicknameOf(one) === name);
    if (authority === undefined) continue;
    entries.push({ authority, name, counts: /^[^,]*C/.test(flags), stored: null });
  }
  return {
    kind: 'seen',
    entries,
    hasOthers: rows.length > entries.length || (await hasKeys(call, run)),
  };
}

/** Nicknames and trust flags of what `certutil -L` prints. */
export function readList(
  text: string,
): readonly { readonly name: string; readonly flags: string }[] {
  return text.split('\n').flatMap((line) => {
    const match = /^(.+?) +([pPcCTuwg]*,[pPcCTuwg]*,[pPcCTuwg]*) *$/.exec(line);
    return match === null ? [] : [{ name: match[1] ?? '', flags: match[2] ?? '' }];
  });
}

/** A database with a password does not say, and one that cannot be read neither: then there may be some. */
async function hasKeys(call: (...rest: string[]) => Argv, run: Run): Promise<boolean> {
  const { stdout, stderr } = await run(call('-K'), { timeoutMs: limits.toolMs });
  return !/no keys found/i.test(`${stdout}${stderr}`);
}

/** What a complaint of NSS means to a person; null for one that is not known. */
export function nssReason(text: string): string | null {
  if (/SEC_ERROR_BAD_PASSWORD|Error opening input terminal/.test(text)) {
    return 'it has a password, which is asked for where you run the command yourself';
  }
  if (/SEC_ERROR_READ_ONLY|Read-only|Permission denied|PR_NO_ACCESS_RIGHTS_ERROR/i.test(text)) {
    return 'it may not be written to';
  }
  if (/CKR_GENERAL_ERROR|SEC_ERROR_BUSY/.test(text)) {
    return 'its files are locked by another program, or damaged: close the browser and try again';
  }
  if (/SEC_ERROR_BAD_DATABASE/.test(text)) {
    return 'it cannot be read: it is damaged, or locked by another program';
  }
  return null;
}
