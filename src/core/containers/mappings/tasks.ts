import { limits } from '../../../shared/limits.ts';
import { reasonOf } from '../../../store/command.ts';
import { retryDelay } from '../../../store/retry.ts';

export interface TasksOptions {
  /** Brings a frontend into line. */
  readonly run: (name: string) => Promise<void>;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** It could not be, and is tried again later. */
  readonly failed: (name: string, reason: string) => void;
}

/** One thing at a time: what a person asks for first, then frontends that are to be looked at, each once. */
export class Tasks {
  readonly #options: TasksOptions;
  readonly #names = new Set<string>();
  readonly #failed = new Set<string>();
  readonly #asked: (() => Promise<void>)[] = [];
  readonly #idle: (() => void)[] = [];
  #running: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #attempt = 0;
  #closed = false;

  constructor(options: TasksOptions) {
    this.#options = options;
  }

  /** Looks at a frontend soon. Names wait each once, so that they are never more than there are frontends. */
  look(name: string): void {
    if (this.#closed) return;
    this.#names.add(name);
    this.#start();
  }

  /** Does something in its turn, and says what came of it. */
  next<Result>(task: () => Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.#closed || this.#asked.length >= limits.maxQueuedEdits) {
        reject(new Error(this.#closed ? 'closed' : 'too much is asked for'));
        return;
      }
      this.#asked.push(() => task().then(resolve, reject));
      this.#start();
    });
  }

  /** Resolves when there is nothing to do but what failed. */
  idle(): Promise<void> {
    if (this.#running === null) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#names.clear();
    this.#failed.clear();
    await this.#running;
  }

  #start(): void {
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
      if (this.#names.size + this.#asked.length > 0) this.#start();
      else for (const done of this.#idle.splice(0)) done();
    });
  }

  async #run(): Promise<void> {
    // What comes with the same news is looked at together.
    await Promise.resolve();
    for (;;) {
      const asked = this.#asked.shift();
      if (asked !== undefined) {
        await asked();
        continue;
      }
      const [name] = this.#names;
      if (name === undefined || this.#closed) return;
      this.#names.delete(name);
      try {
        await this.#options.run(name);
        this.#failed.delete(name);
        if (this.#failed.size === 0) this.#attempt = 0;
      } catch (error) {
        this.#options.failed(name, reasonOf(error));
        this.#tryLater(name);
      }
    }
  }

  #tryLater(name: string): void {
    if (this.#closed) return;
    this.#failed.add(name);
    this.#timer ??= setTimeout(
      () => {
        this.#timer = null;
        const names = [...this.#failed];
        for (const each of names) this.look(each);
      },
      retryDelay(this.#attempt++, this.#options.random),
    );
  }
}
