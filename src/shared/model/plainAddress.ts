const mapped = '::ffff:';

/** An address as people write it: a record has IPv4 as Hipache wrote it, `::ffff:a.b.c.d`. */
export const plainAddress = (address: string): string =>
  address.startsWith(mapped) && address.includes('.') ? address.slice(mapped.length) : address;
