import { limits } from '../../../shared/limits.ts';
import type { ContainerEngineSource } from '../../../shared/model/container.ts';
import {
  type EngineEndpoint,
  type EngineTls,
  parseEngineAddress,
  shownAddress,
} from './address.ts';
import { currentContext, readTls } from './contexts.ts';
import { type Machine, usualSockets } from './usualSockets.ts';

/** Where an engine may be. */
export interface EnginePlace {
  /** Its address: `ContainerEngineView.id`. */
  readonly id: string;
  /** For people; empty where only the engine can say it. */
  readonly name: string;
  readonly source: ContainerEngineSource;
  /** Null where it cannot be reached for what `problem` says. */
  readonly endpoint: EngineEndpoint | null;
  /** One sentence; empty without a problem. */
  readonly problem: string;
}

/**
 * Where engines may be: those of the setting `containers.engines`, and no others; else DOCKER_HOST, the current Docker
 * context, and usual sockets that are there. Two names of the same socket are one place, under the first one.
 *
 * @param configured the setting
 */
export async function enginePlaces(
  configured: readonly string[],
  machine: Machine,
): Promise<readonly EnginePlace[]> {
  const tls = await environmentTls(machine);
  const places: EnginePlace[] = configured.map((address) => place(address, '', 'setting', tls));
  if (places.length === 0) {
    const host = machine.env['DOCKER_HOST'] ?? '';
    if (host !== '') places.push(place(host, '', 'DOCKER_HOST', tls));
    places.push(...(await contextPlace(machine)), ...(await socketPlaces(machine)));
  }
  return (await distinct(places, machine)).slice(0, limits.maxEngines);
}

const dockerDirectory = ({ env, home }: Machine): string =>
  env['DOCKER_CONFIG'] || `${home}/.docker`;

/** What DOCKER_TLS_VERIFY and DOCKER_CERT_PATH say; null for no TLS. */
async function environmentTls(machine: Machine): Promise<EngineTls | null> {
  const { env, files } = machine;
  const isVerified = (env['DOCKER_TLS_VERIFY'] ?? '') !== '';
  const directory = env['DOCKER_CERT_PATH'] ?? '';
  if (!isVerified && directory === '') return null;
  const found = await readTls(directory || dockerDirectory(machine), isVerified, files);
  return found ?? { ca: null, cert: null, key: null, isVerified };
}

async function contextPlace(machine: Machine): Promise<readonly EnginePlace[]> {
  const context = await currentContext(dockerDirectory(machine), machine.env, machine.files);
  if (context === null) return [];
  const { name, address, tls } = context;
  if (address !== null) return [place(address, name, 'context', tls)];
  const problem = `The Docker context ${name} cannot be read.`;
  return [{ id: `context:${name}`, name, source: 'context', endpoint: null, problem }];
}

async function socketPlaces(machine: Machine): Promise<readonly EnginePlace[]> {
  const isWindows = machine.platform === 'win32';
  const scheme = isWindows ? 'npipe' : 'unix';
  const found = (await usualSockets(machine)).map(async ({ name, path }) => {
    const isThere = isWindows || (await machine.files.real(path)) !== null;
    return isThere ? [place(`${scheme}://${path}`, name, 'socket', null)] : [];
  });
  return (await Promise.all(found)).flat();
}

/** Ports of an engine without TLS, and with. */
const plainPort = 2375;
const tlsPort = 2376;

function place(
  address: string,
  name: string,
  source: ContainerEngineSource,
  tls: EngineTls | null,
): EnginePlace {
  const parsed = parseEngineAddress(address);
  const id = shownAddress(address).slice(0, limits.maxEngineIdChars);
  if (!parsed.ok) return { id, name, source, endpoint: null, problem: parsed.problem };
  if (parsed.kind === 'socket') {
    return { id, name, source, endpoint: { kind: 'socket', path: parsed.path }, problem: '' };
  }
  const isTls = parsed.isTls ?? (tls !== null || parsed.port === tlsPort);
  const trusted: EngineTls = tls ?? { ca: null, cert: null, key: null, isVerified: true };
  const endpoint: EngineEndpoint = {
    kind: 'tcp',
    host: parsed.host,
    port: parsed.port ?? (isTls ? tlsPort : plainPort),
    tls: isTls ? trusted : null,
  };
  return { id, name, source, endpoint, problem: '' };
}

/** The first place of each socket, past links; a socket without a name takes that of the usual one that it is. */
async function distinct(
  places: readonly EnginePlace[],
  { files }: Machine,
): Promise<readonly EnginePlace[]> {
  const found = new Map<string, EnginePlace>();
  for (const one of places) {
    const { endpoint } = one;
    const key =
      endpoint === null
        ? one.id
        : endpoint.kind === 'tcp'
          ? `${endpoint.host}:${endpoint.port}`
          : ((await files.real(endpoint.path)) ?? endpoint.path);
    const first = found.get(key);
    if (first === undefined) found.set(key, one);
    else if (first.name === '') found.set(key, { ...first, name: one.name });
  }
  return [...found.values()];
}
