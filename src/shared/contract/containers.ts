import { eventIterator, oc, type } from '@orpc/contract';
import { z } from 'zod';
import { limits } from '../limits.ts';
import type {
  ContainerEngineSource,
  ContainerEngineState,
  ContainerHealth,
  ContainerPort,
  ContainerState,
  WantedHost,
} from '../model/container.ts';
import { type Mapping, mappingTargetSchema } from '../model/mapping.ts';
import { nameSchema, refusals } from './common.ts';

/** Docker, Podman or what speaks like them, at one address. */
export interface ContainerEngineView {
  /** Its address: `unix:///var/run/docker.sock`, `npipe:////./pipe/docker_engine`, `tcp://10.0.0.5:2375`. */
  readonly id: string;
  /** For people: the context (`colima`), or what it says it is (`Docker`, `Podman`). */
  readonly name: string;
  readonly source: ContainerEngineSource;
  readonly state: ContainerEngineState;
  /** As `20.10.24`; null while it is not known. */
  readonly version: string | null;
  /** One sentence: what is the case; empty while it runs. */
  readonly reason: string;
  /** One sentence: what to do; empty where there is nothing. */
  readonly advice: string;
}

/** Of a container what a list shows. */
export interface ContainerView {
  readonly engine: string;
  /** Whole. */
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly project: string | null;
  readonly service: string | null;
  readonly state: ContainerState;
  readonly health: ContainerHealth | null;
  /** Unix milliseconds. */
  readonly startedAt: number | null;
  readonly exitCode: number | null;
  readonly ports: readonly ContainerPort[];
  /** In networks that this machine may reach. */
  readonly addresses: readonly string[];
  /** What its labels and variables ask for. */
  readonly wants: readonly WantedHost[];
  /** What of its labels cannot be followed, a sentence each. */
  readonly problems: readonly string[];
  /** The port that a mapping without one takes; null where there is no telling. */
  readonly port: number | null;
  /** A free name for a frontend, by its service and project, or its name. */
  readonly suggestion: string;
}

export type MappingState =
  /** Its backends are those of running containers. */
  | 'up'
  /** Its container starts. */
  | 'starting'
  /** Its container does not run, or is gone. */
  | 'stopped'
  /** It runs, and this machine has no way to the port. */
  | 'unreachable'
  /** Its engine cannot be asked: the backends are the last ones that were known. */
  | 'unknown'
  /** Another machine keeps it. */
  | 'elsewhere';

export interface MappingView extends Mapping {
  readonly name: string;
  readonly id: string;
  readonly state: MappingState;
  /** One sentence; empty for `up`. */
  readonly reason: string;
  /** Ids of the containers that it is about now. */
  readonly containers: readonly string[];
}

export interface ContainersView {
  /** Whether Berth looks for containers: `containers.enabled`. */
  readonly enabled: boolean;
  readonly engines: readonly ContainerEngineView[];
  /** Where no engine was found: one sentence that says whether any is installed, and one what to do. */
  readonly none: {
    readonly reason: string;
    readonly advice: string;
    readonly isInstalled: boolean;
  } | null;
  /** By project, service and name. */
  readonly containers: readonly ContainerView[];
  /** Containers beyond `limits.maxContainers`. */
  readonly left: number;
  /** By the name of their frontend. */
  readonly mappings: readonly MappingView[];
}

/** What a port of a container answers, and whether a mapping to it would work. */
export interface PortVerdict {
  /** Null for `no-port`, and where none was named. */
  readonly port: number | null;
  readonly scheme: 'http' | 'https';
  readonly works: boolean;
  /** One sentence: will it work, and why. */
  readonly sentence: string;
  /** One sentence: what to do; empty where there is nothing to be done. */
  readonly fix: string;
  /** What was found, for scripts. */
  readonly kind:
    | 'answers'
    | 'refuses-host'
    | 'not-http'
    | 'silent'
    | 'nothing-listens'
    | 'loopback-only'
    | 'not-published'
    | 'no-network'
    | 'not-running'
    | 'no-port'
    | 'engine-away';
  /** The backend that it would be; null without a way there. */
  readonly backend: string | null;
  /** Of the answer; null without one. */
  readonly status: number | null;
  readonly ms: number | null;
}

/** What a mapping would do, and did when it was not only asked. */
export interface MappingPreview {
  readonly mapping: MappingView;
  /** What it writes: each line a command of redis-cli. */
  readonly commands: readonly string[];
  readonly verdict: PortVerdict;
}

/** A process of this machine that listens on a TCP port. */
export interface ListeningPort {
  readonly port: number;
  /** `127.0.0.1`, `::1`, `0.0.0.0`, `::`, …: all of them. */
  readonly addresses: readonly string[];
  /** Null where it cannot be seen, as of another user's. */
  readonly process: {
    readonly pid: number;
    readonly name: string;
    /** The folder that it runs in, with `~` for the home directory; empty where it cannot be seen. */
    readonly directory: string;
  } | null;
  /** The instance itself, or one of its workers. */
  readonly isOwn: boolean;
  /** Frontends with a backend at this port. */
  readonly hosts: readonly string[];
}

const containerName = z.string().min(1).max(limits.maxContainerNameChars);
const engineId = z.string().min(1).max(limits.maxEngineIdChars);
const port = z.number().int().min(1).max(65_535);

export const containersContract = {
  list: oc.errors(refusals).output(type<ContainersView>()),
  /** All of it, each time it changed, at most four times a second. */
  watch: oc.errors(refusals).output(eventIterator(type<ContainersView>())),
  /** Asks the ports of a container for real, or the one that is named. */
  look: oc
    .errors(refusals)
    .input(
      z.strictObject({
        engine: engineId.optional(),
        /** Name, `service`, `project/service`, or the beginning of an id. */
        container: containerName,
        port: port.optional(),
        /** Host that the request names; the suggestion when it is left out. */
        name: nameSchema.optional(),
      }),
    )
    .output(type<readonly PortVerdict[]>()),
  /** Maps a host to a container; with `dry` only tells what that would do. */
  map: oc
    .errors(refusals)
    .input(
      z.strictObject({
        name: nameSchema,
        engine: engineId.optional(),
        container: containerName.optional(),
        /** In place of `container`: what is mapped, whether it is there now or not. */
        target: mappingTargetSchema.optional(),
        port: port.optional(),
        scheme: z.enum(['http', 'https']).optional(),
        dry: z.boolean().optional(),
      }),
    )
    .output(type<MappingPreview>()),
  /** Ends the mappings of a host that were made by hand, or the one of this id; their backends leave its list. */
  unmap: oc
    .errors(refusals)
    .input(z.strictObject({ name: nameSchema, id: z.string().max(2048).optional() }))
    .output(type<readonly MappingView[]>()),
  /** What listens on the TCP ports of this machine. */
  ports: oc.errors(refusals).output(type<readonly ListeningPort[]>()),
};
