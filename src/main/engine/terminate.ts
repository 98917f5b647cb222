/** Signals to the process of an instance that was started elsewhere. */
export const terminate = {
  isThere: (pid: number): boolean => {
    try {
      process.kill(pid, 0);
      return true;
    } catch (error) {
      return codeOf(error) !== 'ESRCH';
    }
  },
  terminate: (pid: number, now: boolean): void => {
    try {
      process.kill(pid, 'SIGTERM');
      // Another signal than the first: two of one kind may arrive as one.
      if (now) process.kill(pid, 'SIGINT');
    } catch (error) {
      if (codeOf(error) === 'ESRCH') return;
      throw new Error(
        `The process ${pid} cannot be ended (${codeOf(error)}): it runs for another user or in a container.`,
        { cause: error },
      );
    }
  },
};

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);
