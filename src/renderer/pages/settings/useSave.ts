import { useState } from 'react';
import { type Refusal, refusalOf } from './refusal.ts';
import type { Settings } from './useSettings.ts';

/** Where one setting is on its way to the file. */
export interface Saving {
  readonly state: 'idle' | 'saving' | 'saved';
  readonly refusal: Refusal | null;
  /** @returns whether the instance took it */
  readonly save: (value: unknown) => Promise<boolean>;
  readonly refuse: (refusal: Refusal) => void;
  readonly clear: () => void;
}

export function useSave(settings: Settings, name: string): Saving {
  const [state, setState] = useState<Saving['state']>('idle');
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  return {
    state,
    refusal,
    refuse: setRefusal,
    clear: () => {
      setState('idle');
      setRefusal(null);
    },
    save: async (value) => {
      setState('saving');
      setRefusal(null);
      try {
        await settings.save(name, value);
        setState('saved');
        return true;
      } catch (error) {
        setState('idle');
        setRefusal(refusalOf(error, settings.view.file));
        return false;
      }
    },
  };
}
