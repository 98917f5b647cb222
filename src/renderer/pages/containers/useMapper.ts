import { useState } from 'react';
import type { ControlApi } from '../../../client/client.ts';
import type { PortVerdict } from '../../../shared/contract/containers.ts';
import { BerthError } from '../../../shared/errors.ts';
import { useApi, useBerth } from '../../app/context.ts';
import type { MapOutcome } from './Outcome.tsx';

export interface Mapper {
  readonly outcome: MapOutcome | null;
  /** Maps, and then asks the host by a real request through the proxy. Never rejects. */
  map(
    name: string,
    make: (api: ControlApi) => Promise<{ readonly verdict: PortVerdict | null }>,
  ): Promise<void>;
  ask(name: string): Promise<void>;
}

export function useMapper(): Mapper {
  const { live } = useBerth();
  const api = useApi();
  const [outcome, setOutcome] = useState<MapOutcome | null>(null);
  const ask = async (name: string, verdict: PortVerdict | null): Promise<void> => {
    try {
      if (api === null) throw new BerthError('BERTH_NOT_RUNNING', 'it was not asked');
      setOutcome({ kind: 'trying', name });
      const tried = await api.instance.try({ name });
      const health = live.health.get()?.get(name);
      setOutcome({ kind: 'tried', name, tried, health, verdict });
    } catch (error) {
      setOutcome({ kind: 'failed', error });
    }
  };
  return {
    outcome,
    map: async (name, make) => {
      setOutcome({ kind: 'mapping', name });
      try {
        if (api === null) throw new BerthError('BERTH_NOT_RUNNING', 'nothing was mapped');
        const { verdict } = await make(api);
        await ask(name, verdict);
      } catch (error) {
        setOutcome({ kind: 'failed', error });
      }
    },
    ask: (name) => ask(name, null),
  };
}
