import { useCallback, useMemo, useState } from 'react';
import { useApi, useBerth } from '../../app/context.ts';
import { useStore } from '../../state/store.ts';

/** What an action would change, as it was shown. */
interface Asked {
  /** Of the check. */
  readonly id: string;
  readonly lines: readonly string[];
  /** By which exactly this is done. */
  readonly plan: string;
  /** What the button said. */
  readonly label: string;
}

/** What an action left to a person. */
interface Left {
  /** Of the check. */
  readonly id: string;
  readonly says: string;
  /** Does it. */
  readonly command: string;
  /** When the run that it was about had ended; Unix milliseconds. */
  readonly at: number | null;
}

/** What the actions of fixes do. */
export interface Fixes {
  /** One is under way. */
  readonly isBusy: boolean;
  /** The check whose action a person has to agree to, with what that would change, and will; null for none. */
  readonly asked: Asked | null;
  /** The action that a person has to carry out by hand, until another one begins or all is checked anew; null for none. */
  readonly left: Left | null;
  /** Begins with the action of a check: what changes the machine is shown first. False where there is none. */
  act(id: string): boolean;
  /** Does what was asked about. */
  agree(): void;
  /** False where nothing was asked. */
  cancel(): boolean;
}

/** @param returnTo takes the focus back to a check, once what had it is gone */
export function useFixes(returnTo: (id: string) => void): Fixes {
  const { doctor, toasts } = useBerth();
  const api = useApi();
  const [isBusy, setBusy] = useState(false);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [lastLeft, setLeft] = useState<Left | null>(null);
  const endedAt = useStore(doctor.run)?.endedAt ?? null;
  const left = lastLeft?.at === endedAt ? lastLeft : null;
  const actionOf = useCallback(
    (id: string) => doctor.run.get()?.outcomes.get(id)?.fix?.action ?? null,
    [doctor],
  );

  const carryOut = useCallback(
    async ({ id, plan, label }: Asked): Promise<void> => {
      if (api === null) return;
      setAsked(null);
      returnTo(id);
      const { ok, says, command } = await api.doctor.fix({ plan });
      if (ok) toasts.show({ kind: 'done', text: `${label.replace('…', '')}: ${says}` });
      else if (command === null) toasts.failed(new Error(says));
      // Nothing has changed that could be looked at.
      else return setLeft({ id, says, command, at: doctor.run.get()?.endedAt ?? null });
      await doctor.start(api);
    },
    [api, doctor, returnTo, toasts],
  );
  const preview = useCallback(
    async (id: string): Promise<void> => {
      const action = actionOf(id);
      if (api === null || action === null) return;
      const { id: plan, lines } = await api.doctor.preview({ action: action.id });
      const shown: Asked = { id, lines, plan, label: action.label };
      if (lines.length > 0) setAsked(shown);
      else await carryOut(shown);
    },
    [api, actionOf, carryOut],
  );
  const busily = useCallback(
    async (work: Promise<void>): Promise<void> => {
      setBusy(true);
      await work.catch(toasts.failed);
      setBusy(false);
    },
    [toasts],
  );

  return useMemo(
    () => ({
      isBusy,
      asked,
      left,
      act: (id) => {
        if (api === null || isBusy || actionOf(id) === null) return false;
        setLeft(null);
        void busily(preview(id));
        return true;
      },
      agree: () => {
        if (asked !== null && !isBusy) void busily(carryOut(asked));
      },
      cancel: () => {
        if (asked === null) return false;
        setAsked(null);
        returnTo(asked.id);
        return true;
      },
    }),
    [isBusy, asked, left, api, actionOf, busily, preview, carryOut, returnTo],
  );
}
