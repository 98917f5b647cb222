import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { startBerth } from '../support/berthProcess.ts';
import { describeWith } from '../support/requirement.ts';
import { temporaryDirectory } from '../support/temporaryDirectory.ts';
import { handshake } from '../support/tlsClient.ts';

const run = promisify(execFile);
const host = 'scanned.localhost';

async function startScanned() {
  const berth = await startBerth({ config: { https: { bind: '127.0.0.1', port: 0 } } });
  await handshake(berth.securePort, host, '', { rejectUnauthorized: false });
  return berth;
}

describeWith('sslscan', 'sslscan', () => {
  it('finds TLS 1.2 and 1.3, with ciphers of today alone', async () => {
    await using berth = await startScanned();
    const argv = ['--no-colour', `--sni-name=${host}`, `127.0.0.1:${berth.securePort}`];
    const { stdout } = await run('sslscan', argv);
    expect(stdout.match(/^(SSL|TLS)v\S+ +enabled/gm)).toEqual([
      expect.stringMatching(/^TLSv1\.2/),
      expect.stringMatching(/^TLSv1\.3/),
    ]);
    expect(stdout).toContain('Server supports TLS Fallback SCSV');
    expect(stdout).toContain('Session renegotiation not supported');
    const ciphers = [...stdout.matchAll(/^(?:Preferred|Accepted) +TLSv\S+ +\d+ bits +(\S+)/gm)].map(
      ([, name]) => name ?? '',
    );
    expect(ciphers.length).toBeGreaterThan(4);
    for (const name of ciphers) expect(name).toMatch(/^(TLS_|ECDHE-).*(GCM|CHACHA20)/);
    const groups = [...stdout.matchAll(/^TLSv\S+ +\d+ bits +(\S+ \(NIST P-\d+\)|\S+)$/gm)];
    expect([...new Set(groups.map(([, name]) => name))].sort()).toEqual([
      ...['secp256r1 (NIST P-256)', 'secp384r1 (NIST P-384)', 'x25519'],
    ]);
  });
});

describeWith('testssl', 'testssl.sh', () => {
  /**
   * What it finds of every local CA, and of us on purpose: there is no list of revoked certificates, since nobody could
   * reach it; and HSTS is never asked for, since it would outlive Berth in the browser.
   */
  const meant = ['cert_revocation', 'HSTS'];
  /** Its own, of the program and not of the server. */
  const ofTool = ['engine_problem', 'sessionresumption_ticket'];

  it('finds nothing above informational', { timeout: 300_000 }, async () => {
    await using berth = await startScanned();
    await using place = await temporaryDirectory();
    const file = join(place.path, 'found.json');
    const ca = join(berth.home, 'data', 'certificates', 'ca.pem');
    const quiet = ['--quiet', '--color', '0', '--warnings=off', '--nodns=none', '--ip=127.0.0.1'];
    const argv = [...quiet, `--add-ca=${ca}`, `--jsonfile=${file}`];
    await run('testssl', [...argv, `${host}:${berth.securePort}`]).catch(() => undefined);
    const found = JSON.parse(await readFile(file, 'utf8')) as readonly {
      readonly id: string;
      readonly severity: string;
      readonly finding: string;
    }[];
    expect(found.length).toBeGreaterThan(100);
    expect(found.find(({ id }) => id === 'cert_chain_of_trust')?.finding).toMatch(/^passed/);
    const grave = found.filter(
      ({ id, severity }) =>
        !['OK', 'INFO', 'DEBUG'].includes(severity) && ![...meant, ...ofTool].includes(id),
    );
    expect(grave).toEqual([]);
  });
});
