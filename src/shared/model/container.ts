import type { Convention } from './conventions.ts';

/** What a container engine does, as far as it can be seen from here. */
export type ContainerEngineState =
  /** Not asked yet. */
  | 'connecting'
  | 'running'
  /** It takes connections and does not answer yet. */
  | 'starting'
  /** Nothing answers where it should be. */
  | 'stopped'
  /** It is there, and this user may not talk to it. */
  | 'forbidden'
  /** It answers in a way that cannot be understood. */
  | 'failed';

/** How it became known that there may be an engine. */
export type ContainerEngineSource = 'setting' | 'DOCKER_HOST' | 'context' | 'socket';

export type ContainerState =
  | 'created'
  | 'running'
  | 'paused'
  | 'restarting'
  | 'removing'
  | 'exited'
  | 'dead';

/** What a HEALTHCHECK says. */
export type ContainerHealth = 'healthy' | 'unhealthy' | 'starting';

/** Where a port of a container can be reached on the machine of its engine. */
export interface PublishedPort {
  /** As the engine has it: `0.0.0.0`, `127.0.0.1`, `::`. */
  readonly address: string;
  readonly port: number;
}

/** A TCP port that a container exposes or publishes. */
export interface ContainerPort {
  readonly port: number;
  readonly published: readonly PublishedPort[];
}

export interface ContainerNetwork {
  readonly name: string;
  /** `bridge`, `host`, `none`, `macvlan`, …; empty where the engine does not say. */
  readonly driver: string;
  /** Without a way out, or into it from another network. */
  readonly isInternal: boolean;
  /** IPv4 first; empty in networks that give none. */
  readonly addresses: readonly string[];
}

/** A container, as its engine describes it; whatever stands in it is bounded and has been read by a schema. */
export interface Container {
  /** Of its engine: `ContainerEngineView.id`. */
  readonly engine: string;
  /** Whole, as the engine has it. */
  readonly id: string;
  /** Without the leading slash. */
  readonly name: string;
  readonly image: string;
  /** Of Compose; null for a container that it did not make. */
  readonly project: string | null;
  readonly service: string | null;
  readonly state: ContainerState;
  /** Of the main process, on the machine of the engine; null while it does not run. */
  readonly pid: number | null;
  /** Null without a HEALTHCHECK. */
  readonly health: ContainerHealth | null;
  /** What the last HEALTHCHECK printed, one line; empty for nothing. */
  readonly healthOutput: string;
  /** Unix milliseconds; null for never. */
  readonly startedAt: number | null;
  /** How the last run ended; null while it runs, or was never run. */
  readonly exitCode: number | null;
  /** Unix milliseconds of that end; null while it runs, or was never run. */
  readonly finishedAt: number | null;
  /** In the order of their numbers. */
  readonly ports: readonly ContainerPort[];
  readonly networks: readonly ContainerNetwork[];
  readonly labels: ReadonlyMap<string, string>;
  /** Of the environment only what conventions read (`VIRTUAL_*`): the rest may be secret. */
  readonly environment: ReadonlyMap<string, string>;
}

/** A host that a container asks for. */
export interface WantedHost {
  /** Name of a frontend. */
  readonly name: string;
  /** Null: the only port, or the one that the convention falls back to, is not known. */
  readonly port: number | null;
  readonly scheme: 'http' | 'https';
  readonly convention: Convention;
  /** Which label or variable says it, as `traefik.http.routers.web.rule`. */
  readonly from: string;
  /** It is asked for some requests of the host only, as those below a path: whoever asks for all of it goes first. */
  readonly isPartial: boolean;
}
