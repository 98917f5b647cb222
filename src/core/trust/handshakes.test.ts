import { expect, test } from 'vitest';
import { makeCertificate } from '../../../test/support/certificates.ts';
import type { Argv, Ran } from '../elevation/index.ts';
import { openHandshakes } from './handshakes.ts';
import type { Proof } from './store.ts';

/** What comes of a handshake when a program says this. */
async function shaken(
  proof: Proof,
  says: Readonly<Record<string, Partial<Ran>>>,
  platform: NodeJS.Platform = 'linux',
) {
  const asked: Argv[] = [];
  const handshakes = await openHandshakes(makeCertificate(), {
    platform,
    isRoot: false,
    locate: (program) => (program in says ? `/bin/${program}` : null),
    run: async (argv) => {
      asked.push(argv);
      const name = Object.keys(says).find((one) =>
        argv.some((word) => word === `/bin/${one}` || word === one),
      );
      return { status: 0, stdout: '', stderr: '', ...says[name ?? ''] };
    },
  });
  const result = await handshakes.prove(proof);
  await handshakes.close();
  return { result, asked };
}

const system: Proof = { kind: 'system', bundle: null };
const nss: Proof = { kind: 'nss', directory: '/home/ada/.pki/nssdb', isChromium: true };

test('curl is believed when it accepts and when it refuses, and not when something else failed', async () => {
  expect((await shaken(system, { curl: {} })).result).toMatchObject({ accepted: true, by: 'curl' });
  const stderr = 'curl: (60) SSL certificate problem: unable to get local issuer certificate\nMore';
  expect((await shaken(system, { curl: { status: 60, stderr } })).result).toEqual({
    accepted: false,
    by: 'curl',
    said: 'SSL certificate problem: unable to get local issuer certificate',
  });
  expect((await shaken(system, { curl: { status: 7 } })).result).toBeNull();
  expect((await shaken(system, {})).result).toBeNull();
});

test('what a shell has set for curl does not count', async () => {
  const { asked } = await shaken(system, { curl: {} });
  expect(asked[0]?.join(' ')).toContain('env -u SSL_CERT_FILE -u SSL_CERT_DIR -u CURL_CA_BUNDLE');
  expect(asked[0]).toContain('-q');
});

test('openssl answers where there is no curl', async () => {
  const stdout = 'Verify return code: 0 (ok)';
  expect((await shaken(system, { openssl: { stdout } })).result?.accepted).toBe(true);
  const stderr = 'verify error:num=20:unable to get local issuer certificate';
  expect((await shaken(system, { openssl: { status: 1, stderr } })).result).toMatchObject({
    accepted: false,
    said: 'unable to get local issuer certificate',
  });
});

test('Chromium answers for its database, and NSS itself where it does not', async () => {
  const page = { stdout: '<html>berth-trust-proof</html>' };
  expect((await shaken(nss, { chromium: page })).result).toMatchObject({ by: 'Chromium' });
  const stderr = 'Page load failed: net::ERR_CERT_AUTHORITY_INVALID';
  expect((await shaken(nss, { chromium: { stderr } })).result?.said).toBe(
    'ERR_CERT_AUTHORITY_INVALID',
  );
  const vfyserv = { status: 1, stdout: 'Handshake Complete: SERVER CONFIGURED CORRECTLY\n' };
  const broken = { status: 1, stderr: 'cannot open display' };
  expect((await shaken(nss, { chromium: broken, vfyserv })).result).toMatchObject({
    accepted: true,
    by: 'NSS',
  });
});

test('the exit code of NSS does not count, its words do', async () => {
  const firefox: Proof = { ...nss, isChromium: false };
  const stderr =
    "PROBLEM WITH THE CERT CHAIN:\nCERT 0. (null) :\n  ERROR -8179: Peer's Certificate issuer is not recognized.\n";
  expect((await shaken(firefox, { vfyserv: { stderr } })).result).toMatchObject({
    accepted: false,
    said: "Peer's Certificate issuer is not recognized.",
  });
  expect(
    (await shaken(firefox, { vfyserv: { stderr: 'Error in function NSS_Init' } })).result,
  ).toBeNull();
});

test('Windows says itself whether it accepts', async () => {
  const windows: Proof = { kind: 'windows' };
  const refuses = {
    'powershell.exe': { stdout: 'refused: The remote certificate is invalid\r\n' },
  };
  expect((await shaken(windows, refuses, 'win32')).result).toMatchObject({
    accepted: false,
    said: 'The remote certificate is invalid',
  });
  const accepts = { 'powershell.exe': { stdout: 'accepted\r\n' } };
  expect((await shaken(windows, accepts, 'win32')).result?.accepted).toBe(true);
});
