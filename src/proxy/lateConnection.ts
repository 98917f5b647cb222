import { limits } from '../shared/limits.ts';
import type { Route, Router } from './routing/route.ts';
import type { Tries } from './tries.ts';

/**
 * Whether the backend of the present try left the list while its connection was opened. Where nobody has an address any
 * more, a connection waits, and in the end somebody else may take it who has the address by then.
 *
 * @param now monotonic milliseconds
 */
export const hasLeftMeanwhile = (
  { backend, begunAt }: Tries,
  route: Route | null,
  router: Pick<Router, 'resolve'>,
  now: number,
): boolean => {
  if (backend === null || route === null || now - begunAt < limits.lateConnectMs) return false;
  const resolution = router.resolve(route.host);
  if ('then' in resolution || resolution.kind === 'unavailable') return false;
  if (resolution.kind !== 'route') return true;
  return !resolution.route.frontend.backends.some(({ url }) => url === backend.url);
};
