import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';

/** Berth without one of the things that a request costs: there is no setting for it, so that it is built without. */
export interface Variant {
  readonly name: string;
  readonly edits: readonly Edit[];
}

interface Edit {
  readonly file: string;
  /** Stands in that file once. */
  readonly text: string;
  readonly by: string;
}

const services = 'src/core/instance/services.ts';
const recorded = 'src/proxy/requestRecord.ts';

const accessLog: Edit = {
  file: 'src/core/supervisor.ts',
  text: 'accessLog?.write(records);',
  by: '',
};
const live: readonly Edit[] = [
  { file: services, text: '      traffic.add(records, dropped);\n', by: '' },
  { file: services, text: '      metrics.add(records);\n', by: '' },
];
const health: Edit = { file: services, text: 'present.health.observe(records);', by: '' };
const trace: readonly Edit[] = [
  { file: recorded, text: 'attempts: tries.attempts,', by: 'attempts: [],' },
  { file: recorded, text: 'lookup: facts.lookup,', by: 'lookup: null,' },
  {
    file: recorded,
    text: 'policy: candidates === undefined || candidates.backends.length === 0 ? null : candidates.policy,',
    by: 'policy: null,',
  },
  { file: recorded, text: 'connectMs: rounded(connectMs),', by: 'connectMs: 0,' },
  {
    file: recorded,
    text: 'queueMs: rounded((sentAt === 0 ? totalMs : sentAt - facts.start) - connectMs),',
    by: 'queueMs: 0,',
  },
  {
    file: recorded,
    text: 'firstByteMs: sentAt === 0 ? 0 : rounded((answeredAt === 0 ? end : answeredAt) - sentAt),',
    by: 'firstByteMs: 0,',
  },
  {
    file: recorded,
    text: 'bodyMs: answeredAt === 0 ? 0 : rounded(end - answeredAt),',
    by: 'bodyMs: 0,',
  },
];
const records: Edit = {
  file: 'src/proxy/traffic/createRecorder.ts',
  text: 'add: (record) => add(boundText(record)),',
  by: 'add: () => {},',
};

export const variants: readonly Variant[] = [
  { name: 'access log', edits: [accessLog] },
  { name: 'live statistics and metrics', edits: live },
  { name: 'health seen in traffic', edits: [health] },
  { name: 'trace of a request', edits: trace },
  { name: 'records, and so all of these', edits: [records] },
];

/**
 * Builds what an instance runs with the edits of a variant.
 *
 * @returns the bundle to start
 * @throws when a source no longer holds what is to be edited
 */
export async function buildVariant({ name, edits }: Variant): Promise<string> {
  const directory = resolve('.cache/bench', name.replace(/\W+/g, '-'));
  const program = ['test/bench/programs/buildEdited.mjs', directory, JSON.stringify(edits)];
  const child = spawn(process.execPath, program, { stdio: ['ignore', 'inherit', 'inherit'] });
  const [status] = await once(child, 'exit');
  if (status !== 0) throw new Error(`Berth could not be built without: ${name}`);
  return join(directory, 'cli.cjs');
}
