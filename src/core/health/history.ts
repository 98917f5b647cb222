import type { HealthSlot } from '../../shared/contract/health.ts';
import { limits } from '../../shared/limits.ts';

type SlotState = HealthSlot['state'];

/** One slot after another thing was seen in it: good and bad together are `degraded`, with the reason of the bad. */
export function merged(slot: HealthSlot, state: SlotState, reason: string): HealthSlot {
  const before = slot.state;
  if (state === before && reason === slot.reason) return slot;
  if (state === 'unknown' || before === 'degraded') return slot;
  if (before === 'unknown' || isOutOfService(before) || state === before) {
    return isOutOfService(state) && before !== 'unknown' ? slot : { at: slot.at, state, reason };
  }
  if (isOutOfService(state)) return slot;
  return { at: slot.at, state: 'degraded', reason: state === 'up' ? slot.reason : reason };
}

const isOutOfService = (state: SlotState): boolean => state === 'drained' || state === 'paused';

/** What a backend's uptime bar is made of: only slots in which something was seen are kept. */
export class History {
  readonly #slots: HealthSlot[] = [];

  get size(): number {
    return this.#slots.length;
  }

  /**
   * @param now unix milliseconds
   * @param max slots that may be kept
   */
  add(now: number, state: SlotState, reason: string, max: number): void {
    if (state === 'unknown') return;
    const at = slotAt(now);
    const last = this.#slots.at(-1);
    if (last !== undefined && last.at >= at) {
      this.#slots[this.#slots.length - 1] = merged(last, state, reason);
      return;
    }
    this.#slots.push({ at, state, reason });
    const oldest = at - (limits.maxHealthSlots - 1) * limits.healthSlotMs;
    while (this.#slots.length > max || (this.#slots[0]?.at ?? at) < oldest) this.#slots.shift();
  }

  /** From the first slot in which something was seen to the present one, with the gaps as `unknown`. */
  list(now: number): readonly HealthSlot[] {
    const end = slotAt(now);
    const oldest = end - (limits.maxHealthSlots - 1) * limits.healthSlotMs;
    const out: HealthSlot[] = [];
    for (const slot of this.#slots) {
      if (slot.at < oldest || slot.at > end) continue;
      fill(out, slot.at);
      out.push(slot);
    }
    if (out.length > 0) fill(out, end + limits.healthSlotMs);
    return out;
  }
}

function fill(out: HealthSlot[], until: number): void {
  for (;;) {
    const last = out.at(-1);
    if (last === undefined || last.at + limits.healthSlotMs >= until) return;
    out.push({ at: last.at + limits.healthSlotMs, state: 'unknown', reason: '' });
  }
}

export const slotAt = (now: number): number =>
  Math.floor(now / limits.healthSlotMs) * limits.healthSlotMs;
