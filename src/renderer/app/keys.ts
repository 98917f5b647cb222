import type { Command } from './commands.ts';

const isMac = navigator.platform.startsWith('Mac');

/** Milliseconds in which the second key of two has to follow. */
const sequenceMs = 1000;

/** Runs commands by their keys. @returns ends it */
export function listenToKeys(commands: () => readonly Command[]): () => void {
  let first: { readonly key: string; readonly at: number } | null = null;

  const onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing || isDialogOpen()) return;
    const pressed = nameOf(event);
    if (pressed === null) return;
    if (!pressed.startsWith('mod+') && pressed !== 'esc' && isTyping(event.target)) return;
    const before = first !== null && event.timeStamp - first.at < sequenceMs ? first.key : null;
    first = null;
    const all = commands();
    const wanted = before === null ? [pressed] : [`${before} ${pressed}`, pressed];
    for (const keys of wanted) {
      const command = all.findLast((one) => one.keys?.includes(keys) === true);
      if (command !== undefined && command.run() !== false) {
        event.preventDefault();
        return;
      }
    }
    if (all.some((one) => one.keys?.some((keys) => keys.startsWith(`${pressed} `)) === true)) {
      first = { key: pressed, at: event.timeStamp };
    }
  };
  window.addEventListener('keydown', onKey);
  return () => window.removeEventListener('keydown', onKey);
}

const named: Readonly<Record<string, string>> = { Escape: 'esc', ' ': 'space' };

function nameOf(event: KeyboardEvent): string | null {
  if (['Shift', 'Control', 'Alt', 'Meta'].includes(event.key) || event.altKey) return null;
  const mod = isMac ? event.metaKey : event.ctrlKey;
  if ((isMac ? event.ctrlKey : event.metaKey) && !mod) return null;
  const key = named[event.key] ?? (event.key.length === 1 ? event.key : event.key.toLowerCase());
  return `${mod ? 'mod+' : ''}${mod && event.shiftKey ? 'shift+' : ''}${mod ? key.toLowerCase() : key}`;
}

/** A dialog has its own keys, and what is behind it is out of reach. */
const isDialogOpen = (): boolean => document.querySelector('dialog:modal') !== null;

/** Whether letters and arrows mean something where the focus is: in a field, a choice or a menu. */
export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    target.closest('[role=menu]') !== null ||
    isTextInput(target));

const isTextInput = (target: HTMLElement): boolean =>
  target instanceof HTMLInputElement &&
  !['checkbox', 'radio', 'button', 'range'].includes(target.type);

const words: Readonly<Record<string, string>> = {
  mod: isMac ? '⌘' : 'Ctrl',
  shift: isMac ? '⇧' : 'Shift',
  esc: 'Esc',
  enter: '↵',
  space: 'Space',
  arrowup: '↑',
  arrowdown: '↓',
  arrowleft: '←',
  arrowright: '→',
  pageup: 'PgUp',
  pagedown: 'PgDn',
  home: 'Home',
  end: 'End',
  delete: 'Del',
  contextmenu: 'Menu',
};

/** Keys as a person reads them: `⌘K` or `Ctrl K`; `g h` for one after the other. */
export const keysInWords = (keys: string): string =>
  keys
    .split(' ')
    .map((chord) => {
      const parts = chord.split('+');
      const shown = parts.map(
        (part) => words[part] ?? (parts.length > 1 ? part.toUpperCase() : part),
      );
      return shown.join(isMac ? '' : ' ');
    })
    .join(' ');
