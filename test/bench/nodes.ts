import { spawnSync } from 'node:child_process';
import { z } from 'zod';

/** What runs Berth: a Node, or an Electron as one. */
export interface NodeRuntime {
  readonly executable: string;
  /** `Node 24.21.0`, `Electron 25.1.1` */
  readonly name: string;
  /** As numbers: Node's own, also of an Electron. */
  readonly version: readonly [major: number, minor: number];
}

const versions = z.object({ node: z.string(), electron: z.string().optional() });

/** The environment in which an Electron is a Node; a Node does not look at it. */
export const nodeEnvironment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  ELECTRON_RUN_AS_NODE: '1',
});

/** @throws when it does not run, or is neither */
export function nodeAt(executable: string): NodeRuntime {
  const { stdout, status, error } = spawnSync(
    executable,
    ['-p', 'JSON.stringify({ node: process.versions.node, electron: process.versions.electron })'],
    { env: nodeEnvironment(), encoding: 'utf8' },
  );
  if (error !== undefined) throw new Error(`${executable} does not run: ${error.message}`);
  if (status !== 0) throw new Error(`${executable} is no Node: it ended with ${status}`);
  const { node, electron } = versions.parse(JSON.parse(stdout));
  const [major = 0, minor = 0] = node.split('.').map(Number);
  return {
    executable,
    name: electron === undefined ? `Node ${node}` : `Electron ${electron}`,
    version: [major, minor],
  };
}
