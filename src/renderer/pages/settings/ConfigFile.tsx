import { useBerth } from '../../app/context.ts';
import { desktop } from '../../connection/desktop.ts';
import { PathValue } from './PathValue.tsx';
import type { Settings } from './useSettings.ts';

/** The file of the configuration, for what is changed there alone. */
export function ConfigFile({ settings: { view } }: { readonly settings: Settings }) {
  const { toasts } = useBerth();
  const bridge = view.exists ? desktop : null;
  return (
    <PathValue
      path={view.file}
      reveal={
        bridge === null
          ? null
          : () => void bridge.command({ do: 'reveal', what: 'configuration' }).catch(toasts.failed)
      }
    />
  );
}
