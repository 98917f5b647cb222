import { exitCodes } from '../../shared/exitCodes.ts';
import { version as own } from '../../shared/version.ts';
import type { Context } from '../context.ts';
import { isBerthError } from '../talk.ts';

/** `berth version` */
export async function version(_input: object, context: Context): Promise<number> {
  const { output, world } = context;
  const instance = await runningVersion(context);
  const runtime = { node: process.versions.node, platform: world.platform, arch: process.arch };
  if (output.json) {
    output.document({ version: own, ...runtime, instance });
    return exitCodes.ok;
  }
  output.lines([
    `berth ${own} (node ${runtime.node}, ${runtime.platform} ${runtime.arch})`,
    instance === null ? 'no instance runs' : `running: ${instance.version}, pid ${instance.pid}`,
  ]);
  return exitCodes.ok;
}

/** Of the instance, where one runs that can be talked to. */
async function runningVersion({ client }: Context) {
  try {
    const { version, pid } = await (await client()).instance.hello();
    return { version, pid };
  } catch (error) {
    if (isBerthError(error)) return null;
    throw error;
  }
}
