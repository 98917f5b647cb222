/** Runs changes one after another. */
export interface Reloads<T> {
  /** Asks for a change. While one runs, later asks become one further run with the last value; all of them share its fate. */
  ask(value: T): Promise<void>;
  /** Resolves when none runs. Never rejects. */
  idle(): Promise<void>;
}

export function createReloads<T>(apply: (value: T) => Promise<void>): Reloads<T> {
  let running: Promise<void> = Promise.resolve();
  let next: { value: T; readonly done: Promise<void> } | null = null;

  return {
    ask: (value) => {
      if (next !== null) {
        next.value = value;
        return next.done;
      }
      const done = running.then(() => {
        const last = next?.value ?? value;
        next = null;
        return apply(last);
      });
      next = { value, done };
      running = done.catch(() => {});
      return done;
    },
    idle: () => running,
  };
}
