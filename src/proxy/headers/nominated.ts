// Options of the connection itself, which name no field to remove.
const options = new Set(['close', 'keep-alive', 'upgrade', 'te', '']);

/** Fields that carry who asks for what, and how long it is: nobody can have them removed on the way. */
const unnominatable = new Set([
  'host',
  'x-real-ip',
  'forwarded',
  'cookie',
  'authorization',
  'content-length',
  'content-type',
  'content-encoding',
  'set-cookie',
  'via',
  'expect',
  'max-forwards',
  'origin',
  'date',
  'cache-control',
]);

/**
 * The fields that a Connection value asks to remove, in lower case (RFC 9110 section 7.6.1); null when there are none.
 *
 * @param connection the values of all Connection fields, joined by commas
 */
export function nominatedFields(connection: string): ReadonlySet<string> | null {
  if (connection === 'keep-alive' || connection === 'close') return null;
  let names: Set<string> | null = null;
  for (const part of connection.split(',')) {
    const name = part.trim().toLowerCase();
    if (options.has(name) || unnominatable.has(name) || name.startsWith('x-forwarded-')) continue;
    names ??= new Set();
    names.add(name);
  }
  return names;
}

/** Whether a comma-separated list holds the token, without regard to case. */
export function hasToken(list: string, token: string): boolean {
  if (list.length === token.length) return list.toLowerCase() === token;
  return list.split(',').some((part) => part.trim().toLowerCase() === token);
}
