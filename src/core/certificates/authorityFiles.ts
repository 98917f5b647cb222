import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmod, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BerthError } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';
import { errnoOf, readBounded, reasonOf } from '../config/readFile.ts';
import { makeDirectory } from '../system/makeDirectory.ts';
import { areCovered, type PermittedNames } from './names.ts';
import type { AuthorityPlace } from './place.ts';
import { publishNew, publishOver } from './publish.ts';
import {
  type Authority,
  makeAuthorityCertificate,
  makeSigningKey,
  type ReadAuthority,
  readAuthority,
  readSigningKey,
} from './x509.ts';

/** A CA as it lies on the disk. */
export interface StoredAuthority extends Authority, ReadAuthority {
  /** SHA-256 of the certificate, as `AB:CD:…`. */
  readonly fingerprint: string;
}

export interface AuthorityNeeds {
  readonly names: PermittedNames;
  /** Tells the CAs of several machines apart where a person sees them. */
  readonly machine: string;
  /** Unix milliseconds. */
  readonly now: number;
}

/**
 * The CA that lies there; null when there is none. Nothing is changed.
 *
 * @throws BerthError BERTH_CA_UNUSABLE that names the file which is damaged or missing
 */
export async function readAuthorityFiles(place: AuthorityPlace): Promise<StoredAuthority | null> {
  const keyText = await textOf(place.key);
  const cert = await textOf(place.certificate);
  if (keyText === null && cert === null) return null;
  if (keyText === null) {
    throw unusable(place.key, `is missing, while its certificate ${place.certificate} is there`);
  }
  const key = await readSigningKey(keyText).catch((cause: unknown) => {
    throw unusable(place.key, 'holds no private key of the kind P-256', cause);
  });
  // Another process has just begun, or was ended before it came to the certificate.
  if (cert === null) return null;
  let read: ReadAuthority;
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(cert);
    read = readAuthority(cert);
  } catch (cause) {
    throw unusable(place.certificate, 'holds no certificate', cause);
  }
  if (!read.isCa) throw unusable(place.certificate, 'is not the certificate of a CA');
  if (!certificate.checkPrivateKey(createPrivateKey(keyText))) {
    throw unusable(place.certificate, `does not belong to the key ${place.key}`);
  }
  return { key, cert, ...read, fingerprint: certificate.fingerprint256 };
}

/**
 * The CA that lies there, or a new one. Where names are needed that its certificate does not allow, or its end is near,
 * the key gets another certificate; the one before it is kept, and stays good for what it allowed.
 *
 * @throws BerthError BERTH_CA_UNUSABLE; what is there is never overwritten when it cannot be read
 */
export async function ensureAuthority(
  place: AuthorityPlace,
  needs: AuthorityNeeds,
): Promise<StoredAuthority> {
  try {
    const found = await readAuthorityFiles(place);
    if (found === null) return await create(place, needs);
    await closeToOthers(place.key);
    const earlier = found.from > needs.now ? await goodNow(place, found, needs.now) : null;
    // With none, the clock may be the one that is wrong.
    if (!isOutgrown(found, needs) && (earlier === null || earlier.length === 0)) return found;
    const fitting = earlier?.find((one) => !isOutgrown(one, needs));
    const certificate = fitting?.cert ?? (await certificateFor(found.key, found.subject, needs));
    await keepPrevious(place, found);
    await publishOver(place.certificate, certificate, publicMode);
    return await required(place);
  } catch (cause) {
    if (cause instanceof BerthError) throw cause;
    throw unusable(place.directory, `cannot be used: ${reasonOf(cause)}`, cause);
  }
}

/**
 * Of a CA that begins only later, the certificates from before that are good now: a clock that was ahead for a while has had
 * it made anew, and these are what is trusted.
 */
async function goodNow(
  place: AuthorityPlace,
  { key }: Pick<StoredAuthority, 'key'>,
  now: number,
): Promise<readonly (ReadAuthority & { readonly cert: string })[]> {
  const own = createPrivateKey(key.pem);
  const texts = await previousCertificates(place);
  return texts.flatMap((cert) => {
    try {
      const read = readAuthority(cert);
      const isOwn = read.isCa && new X509Certificate(cert).checkPrivateKey(own);
      return isOwn && read.from <= now && now < read.to ? [{ ...read, cert }] : [];
    } catch {
      return [];
    }
  });
}

/** Whether the key needs another certificate. */
export const isOutgrown = (
  { permitted, to }: Pick<ReadAuthority, 'permitted' | 'to'>,
  { names, now }: Pick<AuthorityNeeds, 'names' | 'now'>,
): boolean => to - now < limits.caRenewMs || (permitted !== null && !areCovered(names, permitted));

/** Certificates of this CA that were in use before the present one, PEM. */
export async function previousCertificates(place: AuthorityPlace): Promise<readonly string[]> {
  const names = await readdir(place.previous).catch(() => []);
  const texts = await Promise.all(
    names
      .filter((name) => name.endsWith('.pem') && !name.startsWith('.'))
      .map((name) => textOf(join(place.previous, name))),
  );
  return texts.filter((text) => text !== null);
}

const privateMode = 0o600;
const publicMode = 0o644;

async function create(place: AuthorityPlace, needs: AuthorityNeeds): Promise<StoredAuthority> {
  await makePrivate(place.directory);
  // Of two that begin at once, both go on with the key, and then with the certificate, that came first.
  const made = await makeSigningKey();
  await publishNew(place.key, made.pem, privateMode);
  await closeToOthers(place.key);
  const key = await readSigningKey(await readBounded(place.key, limits.maxTlsFileBytes));
  const subject = `CN=Berth local CA of ${escaped(needs.machine)}, O=Berth`;
  const certificate = await certificateFor(key, subject, needs);
  await publishNew(place.certificate, certificate, publicMode);
  return await required(place);
}

async function required(place: AuthorityPlace): Promise<StoredAuthority> {
  const stored = await readAuthorityFiles(place);
  if (stored === null) throw unusable(place.certificate, 'was removed as soon as it was written');
  return stored;
}

const certificateFor = (
  key: Authority['key'],
  subject: string,
  { names, now }: AuthorityNeeds,
): Promise<string> =>
  makeAuthorityCertificate(key, subject, names, {
    from: now - limits.certificateSkewMs,
    to: now + limits.caLifeMs,
  });

async function keepPrevious(place: AuthorityPlace, old: StoredAuthority): Promise<void> {
  await makePrivate(place.previous);
  const name = `${old.fingerprint.replaceAll(':', '').slice(0, 32).toLowerCase()}.pem`;
  await publishNew(join(place.previous, name), old.cert, publicMode);
  const names = (await readdir(place.previous)).filter((one) => one.endsWith('.pem'));
  if (names.length <= limits.maxPreviousCas) return;
  const ages = await Promise.all(
    names.map(async (one) => ({ one, at: (await stat(join(place.previous, one))).mtimeMs })),
  );
  const surplus = ages.sort((a, b) => b.at - a.at).slice(limits.maxPreviousCas);
  for (const { one } of surplus) await rm(join(place.previous, one), { force: true });
}

async function makePrivate(directory: string): Promise<void> {
  await makeDirectory(directory, { mode: 0o700 });
  await closeToOthers(directory);
}

/** Takes from others what they may do with a file or directory of this user's. */
async function closeToOthers(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0) await chmod(path, mode & 0o700);
}

async function textOf(path: string): Promise<string | null> {
  try {
    return await readBounded(path, limits.maxTlsFileBytes);
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return null;
    throw unusable(path, `cannot be read: ${reasonOf(cause)}`, cause);
  }
}

const unusable = (path: string, problem: string, cause?: unknown): BerthError =>
  new BerthError('BERTH_CA_UNUSABLE', `${path} ${problem}`, { cause });

/** What has a meaning in the text of a name. */
const escaped = (text: string): string =>
  text.replace(/[^\w.-]/g, '-').slice(0, 40) || 'this machine';
