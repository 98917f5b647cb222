/** Networks that a machine reaches without a gateway, as `172.17.0.0/16`, from the text of /proc/net/route. */
export function onLinkRoutes(table: string): readonly string[] {
  return table
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      // interface, destination, gateway, flags, references, use, metric, mask: proc(5).
      const [, destination = '', gateway, , , , , mask = ''] = line.trim().split(/\s+/);
      const length = lengthOf(mask);
      if (gateway !== '00000000' || !isHex.test(destination) || length === null) return [];
      return length === 0 ? [] : [`${bytesOf(destination).join('.')}/${length}`];
    });
}

const isHex = /^[0-9A-F]{8}$/i;

/** Four bytes as the kernel prints them: in the order of the machine. */
const bytesOf = (hex: string): readonly number[] =>
  (hex.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)).reverse();

function lengthOf(mask: string): number | null {
  if (!isHex.test(mask)) return null;
  const bits = bytesOf(mask)
    .map((byte) => byte.toString(2).padStart(8, '0'))
    .join('');
  return /^1*0*$/.test(bits) ? bits.lastIndexOf('1') + 1 : null;
}
