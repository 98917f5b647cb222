import { limits } from '../../shared/limits.ts';
import type { Argv, Run, Step } from '../elevation/step.ts';
import { pemOf, readAuthorities } from './authority.ts';
import type { Look, TrustStore } from './store.ts';

export interface WindowsRootInputs {
  readonly kind: 'user' | 'machine';
  readonly run: Run;
}

/** Prints the certificates that bear our name, in base64, a line each. */
const list = (place: string): Argv => [
  'powershell.exe',
  '-NoProfile',
  '-NonInteractive',
  '-Command',
  `Get-ChildItem Cert:\\${place}\\Root | Where-Object { $_.Subject -like '*Berth local CA*' } | ForEach-Object { [Convert]::ToBase64String($_.RawData) }`,
];

/** The root certificates of Windows, of the user or of the machine. Windows asks the user in a window of its own. */
export function windowsRootStore({ kind, run }: WindowsRootInputs): TrustStore {
  const isMachine = kind === 'machine';
  // Not `certutil`, which may be that of NSS.
  const call = (...rest: string[]): Argv => [
    'certutil.exe',
    ...(isMachine ? [] : ['-user']),
    ...rest,
  ];
  const step = (says: string, command: Argv): Step => ({ says, command, needsRoot: isMachine });
  const whose = isMachine ? 'of this machine' : 'of this user';
  const takeOut = (thumbprint: string): Step =>
    step(
      `Remove the certificate ${thumbprint} from the roots ${whose}`,
      call('-delstore', 'Root', thumbprint),
    );
  return {
    id: `windows-${kind}`,
    title: isMachine ? 'Windows, machine' : 'Windows, user',
    byDefault: !isMachine,
    needsRoot: isMachine,
    proof: { kind: 'windows' },
    isDatabase: false,
    files: [],
    making: [],
    remark: isMachine ? '' : 'Windows asks in a window of its own',
    look: () => lookAt(isMachine, run),
    planAdd: (_look, _authority, path, old) => [
      ...old.map(({ authority }) => takeOut(authority.thumbprint)),
      step(
        `Put the CA certificate among the roots ${whose}`,
        call('-f', '-addstore', 'Root', path),
      ),
    ],
    planRemove: (ours) => ours.map(({ authority }) => takeOut(authority.thumbprint)),
  };
}

async function lookAt(isMachine: boolean, run: Run): Promise<Look> {
  const ofMachine = await read('LocalMachine', run);
  if (typeof ofMachine === 'string') return { kind: 'unavailable', why: ofMachine, isThere: true };
  if (isMachine) return seen(ofMachine);
  const ofUser = await read('CurrentUser', run);
  if (typeof ofUser === 'string') return { kind: 'unavailable', why: ofUser, isThere: true };
  // What the machine trusts is listed for the user too.
  const inherited = new Set(ofMachine.map(({ fingerprint }) => fingerprint));
  return seen(ofUser.filter(({ fingerprint }) => !inherited.has(fingerprint)));
}

/** The certificates, or why they cannot be read. */
async function read(place: string, run: Run) {
  const ran = await run(list(place), { timeoutMs: limits.toolMs });
  if (ran.status !== 0) return `PowerShell cannot list them: ${ran.stderr.trim().split('\n')[0]}`;
  const lines = ran.stdout.split('\n').map((line) => line.trim());
  return readAuthorities(
    lines
      .filter((line) => line !== '')
      .map(pemOf)
      .join(''),
  );
}

const seen = (authorities: ReturnType<typeof readAuthorities>): Look => ({
  kind: 'seen',
  entries: authorities.map((authority) => ({
    authority,
    name: authority.thumbprint,
    counts: true,
    stored: null,
  })),
  hasOthers: true,
});
