import type { ContainerEngineView } from '../../../shared/contract/containers.ts';
import type { Container } from '../../../shared/model/container.ts';

/** What an engine says of itself, for whoever looks for a way to its containers. */
export interface EngineFacts {
  /** `podman` for Podman; everything else speaks as Docker. */
  readonly kind: 'docker' | 'podman';
  /** Name of the machine that it runs on (`Name` of /info); empty where it does not say. */
  readonly hostname: string;
  /** As `Docker Desktop`, `Debian GNU/Linux 12 (bookworm)`; empty where it does not say. */
  readonly operatingSystem: string;
  /** It runs without root: its networks are not those of this machine. */
  readonly isRootless: boolean;
  /** It runs in a virtual machine, or on another machine: its networks are not those of this machine. */
  readonly isRemote: boolean;
  /** Where its published ports are: `127.0.0.1`, or the host of a tcp:// address that is elsewhere. */
  readonly publishedAt: string;
}

/** One sentence each. */
export interface Told {
  readonly reason: string;
  readonly advice: string;
}

/** Why no engine was found. */
export interface NoEngine extends Told {
  /** One is there, and does not run. */
  readonly isInstalled: boolean;
}

/**
 * Every container engine that was found, and their containers as they are now. What can be read changes only right
 * before the listeners are called.
 */
export interface Engines {
  /** In the order in which they are looked for. */
  readonly engines: readonly ContainerEngineView[];
  /**
   * By id. Those of an engine are here exactly while its state is `running`: then all of them are. Of an engine that is
   * away nothing is known.
   */
  readonly containers: ReadonlyMap<string, Container>;
  /** What of a container could not be read, a sentence each, by its id. */
  readonly problems: ReadonlyMap<string, readonly string[]>;
  /** By `ContainerEngineView.id`; of those that have run. */
  readonly facts: ReadonlyMap<string, EngineFacts>;
  /** Containers beyond `limits.maxContainers`. */
  readonly left: number;
  /** Where no engine was found: whether one is installed, and what to do. Null where there are engines. */
  readonly reasonNone: NoEngine | null;
  /** Resolves when each engine that was found has been asked once. Never rejects. */
  readonly ready: Promise<void>;
  /** Calls `listener` after each change, at most every `limits.containerEventsMs`; returns a way to end that. */
  subscribe(listener: () => void): () => void;
  /** Ends every connection and timer; listeners hear nothing more. */
  close(): Promise<void>;
}
