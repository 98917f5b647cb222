import { limits } from '../../shared/limits.ts';

const seconds = 60;

/** Requests and errors in each of the last 60 seconds. */
export class Minute {
  readonly #requests = new Uint32Array(seconds);
  readonly #errors = new Uint32Array(seconds);
  /** The last second that the slots are about. */
  #second: number;

  constructor(second: number) {
    this.#second = second;
  }

  add(second: number, isError: boolean): void {
    if (second !== this.#second) this.#advance(second);
    const slot = second % seconds;
    this.#requests[slot] = (this.#requests[slot] ?? 0) + 1;
    if (isError) this.#errors[slot] = (this.#errors[slot] ?? 0) + 1;
  }

  /** Oldest first; the last one is the second that has begun. */
  requests(second: number): readonly number[] {
    this.#advance(second);
    return Array.from(
      { length: seconds },
      (_, index) => this.#requests[(second + 1 + index) % seconds] ?? 0,
    );
  }

  errors(second: number): number {
    this.#advance(second);
    return this.#errors.reduce((sum, count) => sum + count, 0);
  }

  #advance(second: number): void {
    const passed = Math.min(seconds, second - this.#second);
    for (let index = 1; index <= passed; index++) {
      const slot = (this.#second + index) % seconds;
      this.#requests[slot] = 0;
      this.#errors[slot] = 0;
    }
    if (passed === seconds) {
      this.#requests.fill(0);
      this.#errors.fill(0);
    }
    this.#second = Math.max(this.#second, second);
  }

  forget(second: number): void {
    this.#requests.fill(0);
    this.#errors.fill(0);
    this.#second = second;
  }
}

/**
 * Requests a second over the last `limits.trafficRateSeconds` whole seconds, or as many as there were since `began`.
 *
 * @param requests of the last 60 seconds, as `Minute` has them
 */
export function rateOf(requests: readonly number[], second: number, began: number): number {
  const whole = Math.min(limits.trafficRateSeconds, second - began);
  if (whole <= 0) return requests.at(-1) ?? 0;
  return requests.slice(-1 - whole, -1).reduce((sum, count) => sum + count, 0) / whole;
}
