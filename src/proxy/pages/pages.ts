import type { HttpErrorCode } from '../../shared/errors.ts';
import type { HostCheck } from '../../shared/hostChecks.ts';
import type { Attempt } from '../../shared/model/record.ts';

/** What an error answer may tell. Never a stack, never a secret. */
export interface Problem {
  readonly code: HttpErrorCode;
  /** The requested host, or empty. */
  readonly host: string;
  /** One sentence beyond the catalogue's title, or empty. */
  readonly detail: string;
  /** Name of the frontend that matched, or null. */
  readonly frontend: string | null;
  readonly attempts: readonly Attempt[];
  /** Of BERTH_CONTAINER_STARTING, _STOPPED and _UNREACHABLE. */
  readonly container?: {
    /** `web of shop`, or the name of a container. */
    readonly what: string;
    /** What its engine is spoken to with. */
    readonly engine: 'docker' | 'podman';
    /** Milliseconds for which it is still awaited; 0 for not at all. */
    readonly awaitedMs: number;
    /** Target by which a browser may ask again by itself; null when it may not. */
    readonly target: string | null;
  };
}

/** A request for a host that no frontend has. */
export interface Asked {
  readonly method: string;
  /** Lower case, without port and trailing dot. */
  readonly host: string;
  /** The host as it was written, with its port. */
  readonly hostField: string;
  readonly target: string;
  readonly scheme: 'http' | 'https';
}

/** A backend's answer that refuses the host it was asked for. */
export interface HostRefusal {
  readonly check: HostCheck;
  /** The status that it answered with, and that stays. */
  readonly status: number;
  readonly host: string;
  /** Name of the frontend. */
  readonly frontend: string;
  /** What it said. */
  readonly said: string;
  readonly isHtml: boolean;
}

/** A complete answer made by Berth itself. */
export interface LocalAnswer {
  readonly status: number;
  /** Raw header list: name, value, name, value. Contains content-length; never connection or date. */
  readonly headers: readonly string[];
  readonly body: Buffer;
}

/** Makes every answer that does not come from a backend. */
export interface Pages {
  /** HTML, JSON or text by the Accept field; a file of `staticDir` comes first. */
  error(problem: Problem, accept: string | undefined): LocalAnswer;
  /** In place of a backend's answer that refuses the host, for a person. */
  hostRefused(refusal: HostRefusal): LocalAnswer;
  /** Answer to `Host: __ping__`. */
  ping(): LocalAnswer;
  /**
   * The page of `welcome.<suffix>`, and of this machine itself at `/`, where the script for browsers is too, at
   * `/proxy.pac`. Null for everything else.
   */
  welcome(asked: Asked, accept: string | undefined): LocalAnswer | null;
}
