import type { ControlApi, ControlClient } from '../core/client/index.ts';
import type { Printer } from './printer.ts';
import type { World } from './world.ts';

/** Everything that an instance can be asked. Calls reject with BerthError. */
export type Api = ControlApi;

/** A connection to a running instance. */
export type Link = Pick<ControlClient, 'api' | 'instance' | 'close'>;

/**
 * Connects to the instance that runs for this user.
 *
 * @throws BerthError BERTH_NOT_RUNNING, or a BERTH_CONTROL_… that says what is in the way
 */
export type Connect = (options: { readonly signal: AbortSignal }) => Promise<Link>;

/** What a verb works with. */
export interface Context {
  readonly output: Printer;
  /** The running instance, connected to on the first call; the connection is closed after the verb. */
  client(): Promise<Api>;
  /** A connection for a verb that outlives an instance; the verb closes it. */
  readonly connect: Connect;
  /** Aborted when the verb is to end: Ctrl-C, SIGTERM, or nobody reads its output any more. */
  readonly signal: AbortSignal;
  /**
   * For what must not be left half done: until the returned function is called, an end that was asked for waits for the
   * verb as long as it takes. A second Ctrl-C ends it all the same.
   */
  hold(): () => void;
  /** Unix milliseconds. */
  now(): number;
  readonly world: World;
}

/** What a command line asked for in one word, ready to run. Resolves to the exit code. */
export type Run = (context: Context) => Promise<number>;
