import { BerthError } from '../../shared/errors.ts';
import type { Log } from '../../shared/messages.ts';
import type { Directories } from '../directories.ts';
import type { ControlServices } from './services.ts';

/** The doors by which an instance is talked to. */
export interface Control {
  /** Path of the unix socket or named pipe; null when it could not be had. */
  readonly socket: string | null;
  /** As `http://127.0.0.1:8190`; null when it is switched off or could not be had. */
  readonly dashboard: string | null;
  /** Closes both doors, with every connection. */
  close(): Promise<void>;
}

export interface ControlOptions {
  /** Asked for at every call. */
  readonly services: () => ControlServices;
  readonly directories: Pick<Directories, 'runtime'>;
  /** Of the loopback door: 0 lets the system choose, null switches it off. */
  readonly port: number | null;
  /** Whether another port will do when this one is taken. */
  readonly anyPort: boolean;
  readonly log: Log;
  /** Monotonic ms. */
  readonly now: () => number;
}

/** Opens both doors. What cannot be had is said in a warning, and left closed. */
export async function startControl(_options: ControlOptions): Promise<Control> {
  throw new BerthError('BERTH_CONTROL_UNUSABLE', 'the control plane is not open');
}
