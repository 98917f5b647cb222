import { SetupButton } from '../../machine/setup/SetupButton.tsx';
import type { SettingRow } from '../Row.tsx';

/** Stands where a person looks for a part of it. */
export const setupRow: SettingRow = {
  label: 'All in one go',
  help: 'Names, trust in the local CA, and what ports need: shown first, then done, tried, and taken back at once.',
  words: 'setup set up machine undo install trust ports',
  control: () => <SetupButton />,
};
