import { Fifo } from './fifo.ts';

type Job = () => Promise<void>;

/** One thing at a time: the single thread that Redis is. Jobs run in the order they came, urgent ones first. */
export class Turns {
  readonly #urgent = new Fifo<Job>();
  readonly #jobs = new Fifo<Job>();
  #running = false;

  /** Adds a job, which must not reject. */
  add(job: Job): void {
    this.#jobs.push(job);
    void this.#run();
  }

  /** Runs a job as soon as the present one is done. */
  urgent<T>(job: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#urgent.push(() => job().then(resolve, reject));
      void this.#run();
    });
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    for (let job = this.#next(); job !== undefined; job = this.#next()) await job();
    this.#running = false;
  }

  #next(): Job | undefined {
    return this.#urgent.shift() ?? this.#jobs.shift();
  }
}
