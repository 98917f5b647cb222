import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { limits } from '../../shared/limits.ts';
import { errnoOf } from '../config/readFile.ts';
import type { Argv } from '../elevation/step.ts';
import type { Machine } from './machine.ts';
import type { Proof } from './store.ts';

/** Key and certificate chain of a host, PEM. */
export interface KeyPair {
  readonly key: string;
  readonly cert: string;
}

/** What came of a handshake. */
export interface Handshake {
  readonly accepted: boolean;
  /** Who shook hands, as `curl`. */
  readonly by: string;
  /** Its own words, where it did not accept. */
  readonly said: string;
}

/** Real handshakes with a certificate of the local CA. */
export interface Handshakes {
  /** Null where nobody is here who could, or what was said is not understood. Never rejects. */
  prove(proof: Proof): Promise<Handshake | null>;
  close(): Promise<void>;
}

/** The host of every handshake: the local CA may always sign it, and it resolves everywhere. */
export const provenHost = 'localhost';

/**
 * Further names in the certificate of every handshake, one below each that the CA is needed for: a client refuses the whole
 * certificate when the CA may not sign for one of them.
 */
export const provenNames = (needed: readonly string[]): readonly string[] =>
  needed.map((name) => `berth-proof.${name}`);

/**
 * Listens on a loopback port of its own with a certificate for `provenHost` and `provenNames`.
 *
 * @throws the system's own error
 */
export async function openHandshakes(
  leaf: KeyPair,
  machine: Pick<Machine, 'platform' | 'run' | 'locate' | 'isRoot'>,
): Promise<Handshakes> {
  const server = createServer({ ...leaf }, (_request, response) => {
    response.setHeader('connection', 'close');
    response.end(pageText);
  });
  // Whoever refuses the certificate breaks off.
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const programs: Programs = { ...machine, port };
  return {
    prove: async (proof) => {
      for (const attempt of attemptsFor(proof, machine.platform)) {
        const shaken = await attempt(programs).catch(() => null);
        if (shaken !== null) return shaken;
      }
      return null;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const pageText = 'berth-trust-proof';

interface Programs extends Pick<Machine, 'run' | 'locate' | 'isRoot'> {
  readonly port: number;
}

type Attempt = (programs: Programs) => Promise<Handshake | null>;

/** The first that can say something is believed. */
function attemptsFor(proof: Proof, platform: NodeJS.Platform): readonly Attempt[] {
  switch (proof.kind) {
    case 'system':
      return platform === 'linux' ? [byCurl, byOpenssl] : [];
    case 'nss':
      return [...(proof.isChromium ? [byChromium(proof.directory)] : []), byNss(proof.directory)];
    case 'keychain':
      return [byCurl];
    case 'windows':
      return [byPowershell];
    case 'none':
      return [];
  }
}

const timeoutMs = limits.trustHandshakeMs;

/** What a shell has set for one program is not what the system trusts. */
const ownTrust = ['SSL_CERT_FILE', 'SSL_CERT_DIR', 'CURL_CA_BUNDLE', 'SSLKEYLOGFILE'];
const without = ownTrust.flatMap((name) => ['-u', name]);

async function byCurl({ run, locate, port }: Programs): Promise<Handshake | null> {
  // On macOS the system's own, which goes by the keychains.
  const curl = locate('curl');
  if (curl === null) return null;
  const command: Argv = [
    ...(['env', ...without, curl, '-q', '--silent', '--show-error'] as const),
    ...['--noproxy', '*', '--max-time', '10', '--output', '/dev/null'],
    ...['--resolve', `${provenHost}:${port}:127.0.0.1`, `https://${provenHost}:${port}/`],
  ];
  const ran = await run(command, { timeoutMs });
  if (ran.status === 0) return { accepted: true, by: 'curl', said: '' };
  // 60: the certificate is not trusted; 35: the handshake was broken off; 77: the store cannot be read.
  if (![35, 60, 77].includes(ran.status ?? 0)) return null;
  const said = /^curl: \(\d+\) (.*)$/m.exec(ran.stderr)?.[1] ?? 'it refuses the certificate';
  return { accepted: false, by: 'curl', said };
}

async function byOpenssl({ run, locate, port }: Programs): Promise<Handshake | null> {
  const openssl = locate('openssl');
  if (openssl === null) return null;
  const command: Argv = [
    ...(['env', ...without, openssl, 's_client', '-connect', `127.0.0.1:${port}`] as const),
    ...['-servername', provenHost, '-verify_hostname', provenHost, '-verify_return_error'],
  ];
  const { stdout, stderr, status } = await run(command, { timeoutMs });
  const text = `${stdout}\n${stderr}`;
  if (/Verify return code: 0 \(ok\)/.test(text)) return { accepted: true, by: 'openssl', said: '' };
  const said = /verify error:num=\d+:(.*)/.exec(text)?.[1];
  if (said === undefined || status === null) return null;
  return { accepted: false, by: 'openssl', said: said.trim() };
}

/** NSS itself, on one database. Its exit code tells nothing. */
const byNss =
  (directory: string): Attempt =>
  async ({ run, locate, port }) => {
    const vfyserv = locate('vfyserv');
    if (vfyserv === null) return null;
    const ran = await run([vfyserv, '-d', `sql:${directory}`, '-p', String(port), provenHost], {
      timeoutMs,
    });
    const text = `${ran.stdout}\n${ran.stderr}`;
    const error =
      /ERROR -\d+: (.*)/.exec(text)?.[1] ?? /PROBLEM WITH THE CERT CHAIN/.exec(text)?.[0];
    if (error !== undefined) return { accepted: false, by: 'NSS', said: error.trim() };
    return /Handshake Complete/.test(text) ? { accepted: true, by: 'NSS', said: '' } : null;
  };

const chromiums = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/**
 * A browser without a window, with a profile and a home of its own, in which the database is a copy: it makes one where it
 * finds none, and who takes ours away meanwhile would find it in use.
 */
const byChromium =
  (directory: string): Attempt =>
  async ({ run, locate, isRoot, port }) => {
    const browser = chromiums.map(locate).find((path) => path !== null);
    if (browser === undefined) return null;
    const home = await mkdtemp(join(tmpdir(), 'berth-trust-'));
    try {
      const database = join(home, '.pki', 'nssdb');
      await mkdir(database, { recursive: true });
      // The third of its files names the place of the others.
      for (const name of ['cert9.db', 'key4.db']) {
        await copyFile(join(directory, name), join(database, name)).catch((error: unknown) => {
          if (errnoOf(error) !== 'ENOENT') throw error;
        });
      }
      const places = ['HOME', 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME', 'XDG_DATA_HOME'];
      const command: Argv = [
        ...(['env', ...places.map((name) => `${name}=${home}`), browser] as const),
        ...['--headless=new', '--disable-gpu', '--no-first-run', '--no-proxy-server'],
        ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
        // Root's own gets none.
        ...(isRoot ? ['--no-sandbox'] : []),
        ...[`--user-data-dir=${home}/profile`, '--dump-dom', `https://${provenHost}:${port}/`],
      ];
      const { stdout, stderr } = await run(command, { timeoutMs });
      if (stdout.includes(pageText)) return { accepted: true, by: 'Chromium', said: '' };
      const said = /net::(ERR_CERT_\w+|ERR_SSL_\w+)/.exec(stderr)?.[1];
      return said === undefined ? null : { accepted: false, by: 'Chromium', said };
    } finally {
      await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    }
  };

async function byPowershell({ run, port }: Programs): Promise<Handshake | null> {
  const script = [
    'try {',
    `$c = New-Object Net.Sockets.TcpClient('127.0.0.1', ${port});`,
    '$s = New-Object Net.Security.SslStream($c.GetStream());',
    `$s.AuthenticateAsClient('${provenHost}'); 'accepted'`,
    "} catch { 'refused: ' + $_.Exception.GetBaseException().Message }",
  ].join(' ');
  const argv: Argv = ['powershell.exe', '-NoProfile', '-NonInteractive', '-Command', script];
  const { stdout } = await run(argv, { timeoutMs });
  if (/^accepted\s*$/m.test(stdout)) return { accepted: true, by: 'Windows', said: '' };
  const said = /^refused: (.*)$/m.exec(stdout)?.[1];
  return said === undefined ? null : { accepted: false, by: 'Windows', said: said.trim() };
}
