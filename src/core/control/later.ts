/** Makes what is long of an answer; whoever asks for that only passes on what he gets. */
export type Making = <T>(make: () => Promise<T>) => Promise<T>;

export const atOnce: Making = (make) => make();

/**
 * Stands for what is long until it can be sent, so that nothing of it is held before: many who wait would else hold one
 * each, or have all of them made at the same time.
 */
class Later {
  readonly make: () => Promise<unknown>;

  constructor(make: () => Promise<unknown>) {
    this.make = make;
  }

  toJSON(): never {
    throw new Error('an answer was to be sent that is not made yet');
  }
}

/** For answers of which `made` makes what they are. */
export const later: Making = async <T>(make: () => Promise<T>) => new Later(make) as unknown as T;

/** The body of an answer or of a message, of which all is there. */
export async function made(body: unknown): Promise<unknown> {
  const { json, ...rest } = (body ?? {}) as { readonly json?: unknown };
  return json instanceof Later ? { json: await json.make(), ...rest } : body;
}
