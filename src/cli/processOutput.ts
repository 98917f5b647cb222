import { BerthError } from '../shared/errors.ts';
import type { Output } from './world.ts';

/** Standard output, which a reader may leave at any time (`berth logs -f | head`): that is no error of ours. */
export function outputOf(stream: NodeJS.WriteStream): Output {
  const gone = new AbortController();
  stream.on('error', (error: NodeJS.ErrnoException) =>
    gone.abort(
      error.code === 'EPIPE'
        ? null
        : new BerthError('BERTH_FILE_UNUSABLE', `standard output: ${error.message}`),
    ),
  );
  return {
    write: (text) => !gone.signal.aborted && stream.write(text),
    get isTTY() {
      return stream.isTTY === true;
    },
    get columns() {
      return stream.columns || 80;
    },
    get rows() {
      return stream.rows || 24;
    },
    drained: () =>
      new Promise((resolve) => {
        if (stream.writableLength === 0 || gone.signal.aborted) resolve();
        else stream.write('', () => resolve());
      }),
    gone: gone.signal,
  };
}
