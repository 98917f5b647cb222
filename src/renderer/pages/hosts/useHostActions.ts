import { useMemo } from 'react';
import { useBerth } from '../../app/context.ts';
import { createHostActions, type HostActions } from './actions.ts';

export function useHostActions(): HostActions {
  const berth = useBerth();
  return useMemo(() => createHostActions(berth), [berth]);
}
