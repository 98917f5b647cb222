import type { Printer } from './printer.ts';
import type { SignalSource } from './world.ts';

/** A terminal that is drawn over and over, and is afterwards as it was. */
export interface Screen {
  /** Lines that there is room for, as the window is now. */
  readonly room: number;
  /** Puts these lines in place of the last ones. */
  show(lines: readonly string[]): void;
  close(): void;
}

const enter = '\u001b[?1049h\u001b[?25l';
const leave = '\u001b[?25h\u001b[?1049l';
const home = '\u001b[H';
const clearLine = '\u001b[K';
const clearBelow = '\u001b[J';

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
    get room() {
      return Math.max(1, output.height);
    },
    show(lines) {
      const fitting = lines.slice(0, this.room);
      // In one piece, so that nothing flickers. A line is cleared before it is written: behind it, the cursor of a full
      // line still stands on its last character.
      const text = fitting.map((line) => `${clearLine}${line}`).join('\r\n');
      const rest = fitting.length < this.room ? `\r\n${clearBelow}` : '';
      output.draw(`${home}${text}${rest}`);
    },
    close,
  };
}
