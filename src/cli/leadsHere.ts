import { networkInterfaces } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { isLoopback } from '../shared/config/address.ts';
import { limits } from '../shared/limits.ts';
import type { LeadsHere } from './world.ts';

export const leadsHere: LeadsHere = async (host) => {
  const { lookup } = await import('node:dns/promises');
  const late = setTimeout(limits.listenerLookMs, [], { ref: false });
  const found = await Promise.race([lookup(host, { all: true }), late]).catch(() => []);
  const own = new Set(
    Object.values(networkInterfaces()).flatMap((all) => all?.map(({ address }) => address) ?? []),
  );
  return found.length > 0 && found.every(({ address }) => isLoopback(address) || own.has(address));
};
