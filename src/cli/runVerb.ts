import { exitCodeOf, exitCodes } from '../shared/exitCodes.ts';
import { limits } from '../shared/limits.ts';
import type { Api, Connect, Context, Link, Run } from './context.ts';
import { withMeantHost } from './meantHost.ts';
import { createPrinter, type Manner } from './printer.ts';
import { type StopSignal, stopCodes } from './signals.ts';
import { createTalk, isBerthError } from './talk.ts';
import type { World } from './world.ts';

/**
 * Runs one verb to its exit code. Ctrl-C and SIGTERM end it, after it has cleaned up; it also ends, quietly, when nobody
 * reads its output any more.
 */
export async function runVerb(
  run: Run,
  manner: Manner,
  world: World,
  connect: Connect,
): Promise<number> {
  const talk = createTalk({ output: world.stderr, env: world.env, debug: () => manner.verbose });
  const ending = new AbortController();
  const gone = world.stdout.gone;
  let end: (exitCode: number) => void = () => undefined;
  /** How the verb ends from outside, should it not do so itself in time. */
  const ended = new Promise<number>((resolve) => {
    end = resolve;
  });
  let wished: number | null = null;
  const wish = (exitCode: number): void => {
    if (wished !== null) {
      end(exitCode);
      return;
    }
    wished = exitCode;
    ending.abort();
    hurry();
  };
  let holds = 0;
  const hurry = (): void => {
    const exitCode = wished;
    if (exitCode === null || holds > 0) return;
    setTimeout(() => end(exitCode), limits.verbStopMs).unref();
  };
  const hold = (): (() => void) => {
    let isHeld = true;
    holds++;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      holds--;
      hurry();
    };
  };
  const readerLeft = (): void => {
    if (gone?.reason instanceof Error) talk.error(gone.reason);
    wish(gone?.reason instanceof Error ? exitCodes.other : exitCodes.ok);
  };
  const listeners = (['SIGINT', 'SIGTERM'] as const).map(
    (signal: StopSignal) => [signal, () => wish(stopCodes[signal])] as const,
  );
  for (const [signal, listener] of listeners) world.signals.on(signal, listener);
  gone?.addEventListener('abort', readerLeft);

  let link: Promise<Link> | null = null;
  const context: Context = {
    output: createPrinter(world, talk, manner),
    client: async (): Promise<Api> => {
      link ??= connect({ signal: ending.signal });
      const { api, instance } = await link;
      talk.log('debug', `the instance is version ${instance.version}, pid ${instance.pid}`);
      return api;
    },
    connect,
    signal: ending.signal,
    hold,
    now: Date.now,
    world,
  };
  const work = run(context).catch(async (failure: unknown): Promise<number> => {
    // What fails because it was ended is no failure.
    if (wished !== null) return wished;
    const error = await withMeantHost(failure, context.client);
    talk.error(error);
    for (const cause of causesOf(error)) talk.log('debug', cause);
    return isBerthError(error) ? exitCodeOf(error.code) : exitCodes.other;
  });
  try {
    const exitCode = await Promise.race([work, ended]);
    return wished ?? exitCode;
  } finally {
    for (const [signal, listener] of listeners) world.signals.off(signal, listener);
    gone?.removeEventListener('abort', readerLeft);
    void closed(link);
  }
}

/** What lies under an error, for who asked with --verbose. */
function causesOf(error: unknown): readonly string[] {
  if (!(error instanceof Error) || !(error.cause instanceof Error)) return [];
  const { cause } = error;
  return [cause.stack ?? cause.message, ...causesOf(cause)];
}

/** A connection that cannot be had has nothing to close. */
async function closed(link: Promise<Link> | null): Promise<void> {
  await link?.then((opened) => opened.close()).catch(() => undefined);
}
