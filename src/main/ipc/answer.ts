import {
  type CommandAnswer,
  type DesktopCommand,
  desktopCommandSchema,
} from '../../shared/desktop/bridge.ts';
import { isOwnSender, type Sender } from '../guards/sender.ts';

export interface AnswerOptions {
  /** Of the window's contents; null while there is none. */
  readonly windowId: () => number | null;
  readonly perform: (command: DesktopCommand) => Promise<void>;
  /** Hears of who was not heard. */
  readonly say: (line: string) => void;
}

/** Answers a command of the interface, and refuses everybody else's. */
export function createAnswer({ windowId, perform, say }: AnswerOptions) {
  return async (event: Sender, data: unknown): Promise<CommandAnswer> => {
    if (!isOwnSender(event, windowId())) {
      say(`a command of ${event.senderFrame?.url ?? 'a page that is gone'} was refused`);
      return { ok: false, reason: 'Only the interface may ask for this.' };
    }
    const command = desktopCommandSchema.safeParse(data);
    if (!command.success) return { ok: false, reason: 'This is no command of the desktop.' };
    try {
      await perform(command.data);
      return { ok: true };
    } catch (error) {
      return { ok: false, reason: error instanceof Error ? error.message : String(error) };
    }
  };
}
