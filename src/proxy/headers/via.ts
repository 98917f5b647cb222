/** The name under which this instance stands in Via fields (RFC 9110 section 7.6.3). */
export const viaName = (instanceId: string): string => `berth-${instanceId}`;

/** Whether a Via value says that the message passed the instance of that name before. */
export function passedBy(via: string, name: string): boolean {
  if (!via.includes(name)) return false;
  return via.split(',').some((hop) => hop.trim().split(/[ \t]+/)[1] === name);
}
