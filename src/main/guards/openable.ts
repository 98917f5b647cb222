/** Characters of an address that is handed to the system. */
const maxAddressChars = 2048;

/**
 * The address to hand to the system's browser, or null where it must not be: everything but plain http and https can
 * start programs, and an address with a password in it shows another place than it leads to.
 */
export function openable(address: string): string | null {
  if (address.length > maxAddressChars) return null;
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return null;
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return null;
  if (url.username !== '' || url.password !== '') return null;
  return url.href;
}
