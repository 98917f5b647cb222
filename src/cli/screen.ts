import type { Printer } from './printer.ts';
import type { SignalSource } from './world.ts';

/** A terminal that is drawn over and over, and is afterwards as it was. */
export interface Screen {
  /** Puts these lines in place of the last ones. */
  show(lines: readonly string[]): void;
  close(): void;
}

const enter = '\u001b[?1049h\u001b[?25l';
const leave = '\u001b[?25h\u001b[?1049l';
const home = '\u001b[H';
const endOfLine = '\u001b[K';
const endOfScreen = '\u001b[J';

/** Takes the alternate screen, without a cursor. It is given back by `close`, and however the process ends. */
export function openScreen(output: Printer, process: SignalSource): Screen {
  let isOpen = true;
  const close = (): void => {
    if (!isOpen) return;
    isOpen = false;
    process.off('exit', close);
    output.draw(leave);
  };
  process.on('exit', close);
  output.draw(enter);
  return {
    show: (lines) => {
      // One line less than there are: a line feed after the last would scroll.
      const fitting = lines.slice(0, Math.max(1, output.height - 1));
      // Each at once, so that nothing flickers.
      output.draw(
        `${home}${fitting.map((line) => `${line}${endOfLine}`).join('\r\n')}${endOfScreen}`,
      );
    },
    close,
  };
}
