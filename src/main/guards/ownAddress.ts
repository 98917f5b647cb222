/** The scheme by which the window gets its files; nothing else is ever loaded. */
export const appScheme = 'app';

/** Where the interface begins. */
export const startAddress = `${appScheme}://berth/`;

/** Whether an address is one of the interface's own. */
export function isOwnAddress(address: string): boolean {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return false;
  }
  return (
    url.protocol === `${appScheme}:` &&
    url.host === 'berth' &&
    url.username === '' &&
    url.password === ''
  );
}

/** Whether the window may ask for an address: its own files, what it made itself, and the developer tools. */
export function isLoadable(address: string): boolean {
  if (address.startsWith('blob:')) return isOwnAddress(address.slice('blob:'.length));
  return isOwnAddress(address) || address.startsWith('devtools://devtools/');
}
