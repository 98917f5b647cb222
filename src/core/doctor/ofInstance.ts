import { homedir } from 'node:os';
import type { Config } from '../../shared/config/config.ts';
import type { ReachableStore } from '../../shared/model/driver.ts';
import { version } from '../../shared/version.ts';
import { type LoadInputs, loadConfig } from '../config/load.ts';
import type { ActionDeps } from './actions.ts';
import { createDoctorContext, type InstanceQuestions } from './context.ts';
import { shakeHands } from './handshake.ts';
import { thisMachine } from './machine.ts';
import { lookAtNames } from './names.ts';
import { createDoctor, type Doctor } from './service.ts';
import { askStore } from './storeAnswers.ts';
import { lookAtTrust } from './trust.ts';

/** What the doctor of an instance needs to know of it. */
export interface InstanceFacts {
  /** What its configuration was read with. */
  readonly inputs: LoadInputs;
  /** What holds now. */
  readonly config: () => Config;
}

export interface InstanceDoctorOptions extends Pick<ActionDeps, 'revive' | 'names' | 'trust'> {
  readonly facts: InstanceFacts;
  readonly questions: InstanceQuestions;
  /** As its workers reach it. */
  readonly store: () => ReachableStore;
  readonly revive: (host: string) => Promise<unknown>;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** The doctor inside an instance, which looks at it and at the machine as its process sees them. */
export function createInstanceDoctor(options: InstanceDoctorOptions): Doctor {
  const { facts, questions, store, revive, names, trust, now } = options;
  const { inputs, config } = facts;
  const machine = thisMachine({
    platform: process.platform,
    env: process.env,
    home: homedir(),
    isRoot: process.getuid?.() === 0,
  });
  return createDoctor({
    directories: inputs.directories,
    hostsWithStaleMarks: async () =>
      (await questions.hosts())
        .filter(({ findings }) => findings.some(({ rule }) => rule === 'stale-dead-mark'))
        .map(({ name }) => name),
    revive,
    names,
    trust,
    now,
    context: () =>
      createDoctorContext({
        machine,
        directories: inputs.directories,
        instance: questions,
        away: null,
        program: thisProgram(),
        readConfiguration: () => loadConfig(inputs),
        served: config(),
        reachStore: async () => store(),
        askStore: (reachable) => askStore(reachable, now, machine.wallClock),
        shakeHands,
        lookAtNames: (wanted) => lookAtNames(machine, inputs.directories.data, wanted),
        lookAtTrust: (needed) => lookAtTrust(machine, inputs.directories.data, needed),
      }),
  });
}

/** What runs this code. */
export const thisProgram = () => ({
  version,
  node: process.versions.node,
  electron: process.versions['electron'] ?? null,
});
