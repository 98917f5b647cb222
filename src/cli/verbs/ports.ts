import { exitCodes } from '../../shared/exitCodes.ts';
import type { Context } from '../context.ts';
import { portLines } from '../render/ports.ts';

export interface PortsInput {
  /** One port; null for all of them. */
  readonly port: number | null;
}

/** `berth ports [PORT]` */
export async function ports({ port }: PortsInput, context: Context): Promise<number> {
  const { client, output, signal } = context;
  const { containers } = await client();
  const all = await containers.ports(undefined, { signal });
  const found = port === null ? all : all.filter((one) => one.port === port);
  if (output.json) output.document({ ports: found });
  else if (found.length > 0) output.lines(portLines(found, output));
  else output.say(port === null ? noneKnown : `Nothing listens on ${port}.`);
  return port !== null && found.length === 0 ? exitCodes.unhealthy : exitCodes.ok;
}

const noneKnown = 'This system does not say what listens on its ports.';
