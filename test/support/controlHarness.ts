import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Control, startControl } from '../../src/core/control/index.ts';
import type { ControlServices } from '../../src/core/control/services.ts';
import { type FakeControlServices, fakeControlServices } from './fakeControlServices.ts';

/** A control plane in front of services that only write down what they are asked. */
export interface ControlHarness extends AsyncDisposable {
  readonly control: Control;
  readonly services: FakeControlServices;
  readonly runtime: string;
  readonly socket: string;
  readonly port: number;
  readonly token: string;
  /** What was logged, as `warn: …`. */
  readonly said: readonly string[];
}

/**
 * @param runtime the directory to use, and to leave, instead of a fresh one
 * @param interfaceFolder of a built interface; without one there is none
 */
export async function startControlHarness(
  changed: Partial<ControlServices> = {},
  runtime?: string,
  interfaceFolder = join(tmpdir(), 'berth-no-interface'),
): Promise<ControlHarness> {
  const directory = runtime ?? (await mkdtemp(join(tmpdir(), 'berth-control-')));
  const services = fakeControlServices(changed);
  const said: string[] = [];
  const control = await startControl({
    services: () => services,
    directories: { runtime: directory },
    interfaceFolder,
    port: 0,
    anyPort: false,
    log: (level, message) => said.push(`${level}: ${message}`),
    now: () => performance.now(),
  });
  return {
    control,
    services,
    runtime: directory,
    socket: control.socket ?? '',
    port: control.dashboard === null ? 0 : Number(new URL(control.dashboard).port),
    token:
      control.dashboard === null
        ? ''
        : (await readFile(join(directory, 'control.token'), 'utf8')).trim(),
    said,
    [Symbol.asyncDispose]: async () => {
      await control.close();
      if (runtime === undefined) await rm(directory, { recursive: true, force: true });
    },
  };
}
