import { limits } from '../../shared/limits.ts';
import type { AuthorityInUse } from '../certificates/authority.ts';
import type { PermittedNames } from '../certificates/names.ts';
import { authorityPlace } from '../certificates/place.ts';
import { elevationWay, hasProgram, runTool } from '../elevation/index.ts';
import { namePaths, otherInstances } from '../names/index.ts';
import { type KeyPair, provenHost, provenNames } from './handshakes.ts';
import { createLocate, type Machine } from './machine.ts';
import { usersByLsof, usersOfFiles } from './openFiles.ts';
import { createTrust, type Trust, type TrustCertificates } from './trust.ts';

export interface TrustPlace {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly isRoot: boolean;
  /** Whether a person sits at a terminal of this process. */
  readonly isTerminal: boolean;
  /** Of the instance's data. */
  readonly dataDirectory: string;
  readonly authority: AuthorityInUse;
  /** What the CA is needed for; asked each time. */
  readonly needed: () => Promise<PermittedNames>;
}

/** Trust as it is on this very machine. */
export function trustOnMachine(place: TrustPlace): Trust {
  const { platform, env, home, isRoot, isTerminal, dataDirectory } = place;
  const machine: Machine = {
    platform,
    env,
    home,
    isRoot,
    root: '',
    run: runTool,
    locate: createLocate(env),
    usersOf: (paths) => (platform === 'darwin' ? usersByLsof(runTool, paths) : usersOfFiles(paths)),
  };
  const has = hasProgram(env);
  return createTrust({
    machine,
    dataDirectory,
    certificates: certificatesOf(place),
    others: () => otherInstances(namePaths(platform, env).hosts, dataDirectory),
    way: () => elevationWay({ platform, isRoot, isTerminal, env, has }),
  });
}

/** The path of the CA's certificate, for who is to trust it. */
export const caCertificatePath = (dataDirectory: string): string =>
  authorityPlace(dataDirectory).certificate;

function certificatesOf({ dataDirectory, authority, needed }: TrustPlace): TrustCertificates {
  return {
    path: caCertificatePath(dataDirectory),
    find: async () => (await authority.find())?.cert ?? null,
    ensure: async () => (await authority.ensure()).cert,
    isOutgrown: async () => {
      const found = await authority.find();
      if (found === null) return false;
      const { isOutgrown } = await import('../certificates/authorityFiles.ts');
      return isOutgrown(found, { names: await needed(), now: Date.now() });
    },
    leaf: async (): Promise<KeyPair> => {
      const { makeLeaf } = await import('../certificates/x509.ts');
      // Who only looks gives the CA no other certificate.
      const found = await authority.find();
      if (found === null) throw new Error('there is no CA yet');
      const now = Date.now();
      const validity = { from: now - limits.certificateSkewMs, to: now + limits.leafLifeMs };
      return await makeLeaf(found, provenHost, validity, provenNames(await needed()));
    },
  };
}
