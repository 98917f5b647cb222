import { useMemo } from 'react';
import { useBerth, useIsCurrent } from '../../app/context.ts';
import { desktop } from '../../connection/desktop.ts';
import { useStore } from '../../state/store.ts';
import type { SettingSection } from './Row.tsx';
import {
  accessLogSection,
  containersSection,
  healthSection,
  proxySection,
} from './sections/file.tsx';
import { httpsSection } from './sections/https.tsx';
import { namesSection } from './sections/names.tsx';
import { aboutSection, appearanceSection, desktopSection } from './sections/own.tsx';
import { storeSection } from './sections/store.tsx';
import type { SettingsState } from './useSettings.ts';

/** Everything that the page has to show at this moment. */
export function useSections(state: SettingsState): readonly SettingSection[] {
  const { live, desktopState, toasts, theme, firstRun } = useBerth();
  const lastStatus = useStore(live.status);
  // A process that is gone has no number, and does not run any longer.
  const status = useIsCurrent() ? lastStatus : null;
  const ownState = useStore(desktopState);
  const chosenTheme = useStore(theme);
  return useMemo(() => {
    const settings = state.kind === 'read' ? state.settings : null;
    const view = settings?.view;
    return [
      ...(settings === null
        ? []
        : [
            proxySection(settings),
            storeSection(settings, status),
            namesSection(settings),
            httpsSection(settings),
            accessLogSection(settings),
            healthSection(settings),
            containersSection(settings),
          ]),
      ...(desktop === null || ownState === null
        ? []
        : [
            desktopSection(
              ownState,
              (command) => void desktop?.command(command).catch(toasts.failed),
            ),
          ]),
      appearanceSection(chosenTheme, theme.set),
      aboutSection({
        status,
        file: view === undefined ? null : { path: view.file, exists: view.exists },
        desktop,
        desktopState: ownState,
        toasts,
        restartFirstRun: firstRun.show,
      }),
    ];
  }, [state, status, ownState, chosenTheme, theme, toasts, firstRun]);
}
