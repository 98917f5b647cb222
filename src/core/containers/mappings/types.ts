import type { ContainerEngineView, MappingView } from '../../../shared/contract/containers.ts';
import type { Container, WantedHost } from '../../../shared/model/container.ts';
import type { MappingTarget } from '../../../shared/model/mapping.ts';

/** The machine that keeps a mapping: an id that stays, and its name for people. */
export interface Machine {
  readonly id: string;
  readonly name: string;
}

/** What there is of engines and containers, as it is now. */
export interface Surveyed {
  readonly engines: readonly ContainerEngineView[];
  /** By id; those of an engine are here exactly while it runs. */
  readonly containers: ReadonlyMap<string, Container>;
}

/** Where a port of a running container is reached, or why it is not. */
export type ContainerWay =
  | {
      readonly ok: true;
      readonly host: string;
      readonly port: number;
      readonly by: 'address' | 'published' | 'host-network';
    }
  | { readonly ok: false; readonly sentence: string };

export type FindWay = (container: Container, port: number) => ContainerWay;

/** What a container asks for by its labels; none where labels are not followed. */
export type FindWants = (container: Container) => readonly WantedHost[];

/** What is to be mapped by hand. */
export interface MappingRequest {
  readonly name: string;
  readonly engine: string;
  readonly target: MappingTarget;
  readonly port: number;
  readonly scheme: 'http' | 'https';
}

/** What a mapping would write, or has written. */
export interface MappingEdit {
  readonly mapping: MappingView;
  /** Each a command of redis-cli; none when everything is so already. */
  readonly commands: readonly string[];
}

/** A container's HEALTHCHECK, as its engine has it. */
export interface ContainerFinding {
  readonly health: 'healthy' | 'unhealthy';
  /** What it printed last, one line; empty for nothing. */
  readonly output: string;
}

/** Who is told what containers say of themselves: the health of backends. */
export interface ContainerHealthSink {
  /**
   * What is known of the backends of a frontend now, by URL. What was said before and is missing here holds no more: its
   * container starts, is gone, or has no HEALTHCHECK.
   */
  contained(name: string, findings: ReadonlyMap<string, ContainerFinding>): void;
}

/** Host → container, kept true as containers come and go. */
export interface Mappings {
  /** Of all machines; by the name of their frontend. */
  views(): readonly MappingView[];
  /** What a container asks for and does not get, a sentence each. */
  problemsOf(container: Container): readonly string[];
  /** Which container asks for a host by its labels now, and by which; null when none of this machine does. */
  wantedBy(name: string): { readonly what: string; readonly from: string } | null;
  /** Hears that views or problems may have changed. Returns how to stop. */
  subscribe(listener: () => void): () => void;
  /** What `map` would do. @throws BerthError as `map` */
  preview(request: MappingRequest): Promise<MappingEdit>;
  /**
   * Maps a host to containers of this machine, and writes their backends.
   *
   * @throws BerthError BERTH_FRONTEND_INVALID, BERTH_INPUT_INVALID, BERTH_CONFLICT, BERTH_STORE_UNREACHABLE,
   *   BERTH_STORE_REFUSED
   */
  map(request: MappingRequest): Promise<MappingEdit>;
  /**
   * Ends the mapping of this id; without one those of the host that were made by hand, of this machine, or where this
   * machine has none, of all.
   *
   * @returns those that were ended, as they were
   * @throws BerthError BERTH_INPUT_INVALID when nothing is mapped, BERTH_BACKEND_MAPPED for what a container
   *   asks for, BERTH_CONFLICT, BERTH_STORE_UNREACHABLE, BERTH_STORE_REFUSED
   */
  unmap(name: string, id?: string): Promise<readonly MappingView[]>;
  /** Settings may let containers ask for something else: looks at everything. */
  changed(): void;
  /** Resolves when all hosts were looked at once, after the engines and the store were read. Never rejects. */
  readonly ready: Promise<void>;
  /** Ends; what is written stays. */
  close(): Promise<void>;
}
