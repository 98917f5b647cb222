import { z } from 'zod';
import { createPreference } from './preferences.ts';
import type { Store } from './store.ts';

const themeSchema = z.enum(['system', 'light', 'dark']);
export type Theme = z.infer<typeof themeSchema>;

/** The colours that a person chose, on the root element: the style sheet knows both, and the system's choice. */
export function createTheme(root: HTMLElement): Store<Theme> {
  const theme = createPreference('theme.1', themeSchema, 'system');
  const apply = (): void => {
    const chosen = theme.get();
    if (chosen === 'system') root.removeAttribute('data-theme');
    else root.setAttribute('data-theme', chosen);
  };
  theme.subscribe(apply);
  apply();
  return theme;
}
