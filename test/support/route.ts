import { candidatesOf } from '../../src/proxy/balance/candidates.ts';
import type { Death, Route } from '../../src/proxy/routing/route.ts';
import type { Backend } from '../../src/shared/model/backend.ts';
import { parseFrontend } from '../../src/shared/model/frontend.ts';
import {
  defaultTrafficOptions,
  type TrafficOptions,
} from '../../src/shared/model/trafficOptions.ts';

export interface RouteChanges {
  readonly name?: string;
  readonly options?: Partial<TrafficOptions>;
  readonly isDead?: (backend: Backend) => boolean;
  readonly deathOf?: (backend: Backend) => Death | null;
}

/** A route to these backends, with what a test wants changed. */
export function aRoute(urls: readonly string[], changes: RouteChanges = {}): Route {
  const { name = 'a', isDead = () => false, deathOf } = changes;
  const parsed = parseFrontend(name, ['id', ...urls]);
  if (!parsed.ok) throw new Error(parsed.problem);
  const options = { ...defaultTrafficOptions, ...changes.options };
  return {
    frontend: parsed.frontend,
    options,
    candidates: candidatesOf(parsed.frontend, options),
    host: name,
    isDead,
    ...(deathOf === undefined ? {} : { deathOf }),
  };
}

/** URLs of so many backends. */
export const someUrls = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `http://10.0.0.1:${8000 + i}`);
