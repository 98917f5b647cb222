import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Argv, Ran } from '../../src/core/elevation/index.ts';
import { type Authority, nicknameOf, readAuthority } from '../../src/core/trust/authority.ts';
import type { Machine } from '../../src/core/trust/machine.ts';
import { createTrust, type Trust } from '../../src/core/trust/trust.ts';

const certificate = (name: string): Authority =>
  readAuthority(readFileSync(new URL(`../fixtures/trust/${name}.pem`, import.meta.url), 'utf8'));

/** Certificates: of the CA as it is, of the same key before, and of another instance. */
export const authorities = {
  present: certificate('present'),
  earlier: certificate('earlier'),
  foreign: certificate('foreign'),
  /** Of a third one. */
  third: certificate('third'),
};

export type Answer = (argv: Argv) => Partial<Ran> | undefined | Promise<Partial<Ran> | undefined>;

export interface TrustMachineOptions {
  /** A directory for everything: the system's files in `root`, the user's in `home`, data in `data`. */
  readonly directory: string;
  readonly platform: NodeJS.Platform;
  /** Programs that there are; each lies in /usr/bin. */
  readonly programs: readonly string[];
  /** What a program says; one that nobody answers for ends well and says nothing. */
  readonly answer?: Answer;
  readonly env?: Readonly<Record<string, string>>;
  readonly users?: readonly string[];
  /** Whether an administrator's rights can be had. */
  readonly isRoot?: boolean;
  /** Of the instance's data, in `directory`; `data` when left out. */
  readonly data?: string;
  /** Of other instances' data, in `directory`. */
  readonly others?: readonly string[];
  /** Null: there is none yet. */
  readonly authority?: Authority | null;
  /** Whether its certificate is to be replaced. */
  readonly isOutgrown?: boolean;
}

export interface TrustMachine {
  readonly trust: Trust;
  readonly machine: Machine;
  /** Command lines that were run, beside those that only look. */
  readonly ran: readonly string[];
  readonly root: string;
  readonly home: string;
  readonly data: string;
  /** The same text with the directory taken out. */
  plain(text: string): string;
}

/** Whether a program only looks at a store. */
const isLook = (argv: Argv): boolean =>
  argv.some(
    (word) => ['-L', '-K', 'find-certificate'].includes(word) || /Get-ChildItem/.test(word),
  );

/** A machine whose programs are told and not run, over real files. */
export function trustMachine(options: TrustMachineOptions): TrustMachine {
  const { directory, platform, programs, answer = () => undefined } = options;
  const root = platform === 'linux' ? join(directory, 'root') : '';
  const home = join(directory, 'home');
  const data = join(directory, options.data ?? 'data');
  const { isOutgrown = false } = options;
  const present = options.authority === undefined ? authorities.present : options.authority;
  const plain = (text: string): string => text.replaceAll(directory, '');
  const ran: string[] = [];
  const machine: Machine = {
    platform,
    env: options.env ?? {},
    home,
    isRoot: false,
    root,
    run: async (argv) => {
      if (!isLook(argv)) ran.push(plain(argv.join(' ')));
      return { status: 0, stdout: '', stderr: '', ...(await answer(argv)) };
    },
    locate: (program) => {
      const own = join(root, 'usr/sbin', program);
      if (root !== '' && existsSync(own)) return own;
      return programs.includes(program) ? `/usr/bin/${program}` : null;
    },
    usersOf: async () => options.users ?? [],
  };
  const trust = createTrust({
    machine,
    dataDirectory: data,
    certificates: {
      path: join(data, 'certificates/ca.pem'),
      find: async () => present?.pem ?? null,
      ensure: async () => (present ?? authorities.present).pem,
      isOutgrown: async () => isOutgrown,
      leaf: () => Promise.reject(new Error('there is no key')),
    },
    others: async () => (options.others ?? []).map((name) => join(directory, name)),
    way: () => (options.isRoot === true ? 'direct' : 'none'),
  });
  return { trust, machine, ran, root, home, data, plain };
}

/** Writes files, with the directories above them. */
export async function writeFiles(
  directory: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  }
}

/** What NSS' certutil says of a database with these certificates. */
export function certutilWith(
  held: readonly Authority[],
  others: readonly string[] = [],
): (argv: Argv) => Partial<Ran> | undefined {
  const rows = [
    ...held.map((one) => `${nicknameOf(one)}   C,,  `),
    ...others.map((name) => `${name}   u,u,u`),
  ];
  return (argv) => {
    if (argv.includes('-K')) return { status: 255, stderr: 'certutil: no keys found\n' };
    if (!argv.includes('-L')) return undefined;
    if (argv.includes('-a')) return { stdout: held.map(({ pem }) => pem).join('') };
    const head = 'Certificate Nickname      Trust Attributes\n      SSL,S/MIME,JAR/XPI\n';
    return { stdout: `\n${head}\n${rows.join('\n')}\n` };
  };
}
