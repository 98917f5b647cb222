import type { Backend } from '../../shared/model/backend.ts';
import type { Route } from './route.ts';

/**
 * Chooses a backend: uniformly among those that are neither dead nor in `tried`. Null when there is none.
 *
 * @param tried indexes of the backends that this request has been sent to already
 * @param random uniform in [0, 1)
 */
export function pick(route: Route, tried: readonly number[], random: () => number): Backend | null {
  const { backends } = route.frontend;
  let live = 0;
  for (const backend of backends) if (isOpen(route, backend, tried)) live++;
  let left = Math.floor(random() * live);
  for (const backend of backends) {
    if (isOpen(route, backend, tried) && left-- === 0) return backend;
  }
  return null;
}

const isOpen = (route: Route, backend: Backend, tried: readonly number[]): boolean =>
  !tried.includes(backend.index) && !route.isDead(backend);
