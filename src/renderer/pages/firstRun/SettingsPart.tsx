import type { ReactNode } from 'react';
import type { Settings, SettingsState } from '../settings/useSettings.ts';

/** What needs the settings, or why they cannot be changed here. */
export function SettingsPart({
  state,
  children,
}: {
  readonly state: SettingsState;
  readonly children: (settings: Settings) => ReactNode;
}) {
  if (state.kind === 'reading') return <p className="text-dim">Reading settings…</p>;
  if (state.kind === 'failed') {
    return <p className="text-dim">Settings cannot be read: {state.refusal.text}</p>;
  }
  const { readOnly } = state.settings.view;
  if (readOnly !== null) return <p className="text-dim">It cannot be changed here: {readOnly}</p>;
  return children(state.settings);
}
