import { Buffer } from 'node:buffer';
import type { Step } from '../elevation/index.ts';
import { ownersOfBlocks, withoutBlock } from '../names/hostsFile/index.ts';
import { findFiles, findHostsFile, type MachineInputs } from '../names/machine.ts';
import { type Owner, ownerOf, ownersIn } from '../names/owner.ts';
import { planResolverFiles } from '../names/resolvers/plan.ts';
import { type ResolverId, resolverFiles } from '../names/resolvers/resolver.ts';
import { type PortStart, undoPortsOfAll } from './portStart.ts';

/** What all instances together have told a Linux machine of names and ports. */
export interface Everybodys {
  /** What takes it back; each list by itself, whatever becomes of the others. */
  readonly changes: readonly (readonly Step[])[];
  /** What cannot be told apart from what others wrote, a sentence each. */
  readonly problems: readonly string[];
  /** Directories of data of the instances that are named there; of one whose path stands there cut short, nothing. */
  readonly instances: readonly string[];
}

export interface EverybodyDeps {
  readonly machine: MachineInputs;
  readonly portStart: () => Promise<PortStart>;
}

const resolvers: readonly (readonly [ResolverId, number | null])[] = [
  ['systemd-resolved', null],
  ['systemd-resolved', Number.MAX_SAFE_INTEGER],
  ['dnsmasq', null],
  ['networkmanager', null],
];

/** What stands there by the name of any instance, whether that is still there or not. Changes nothing. */
export async function lookAtEverybodys(deps: EverybodyDeps): Promise<Everybodys> {
  const { machine, portStart } = deps;
  const owners: Owner[] = [];
  const changes: (readonly Step[])[] = [];
  const problems: string[] = [];

  const found = await findHostsFile(machine);
  if ('problem' in found) problems.push(found.problem);
  else if (found.data !== null) {
    const text = found.data.toString('latin1');
    const blocks = ownersOfBlocks(text);
    owners.push(...blocks);
    let left: string | null = text;
    for (const owner of blocks) {
      const result = withoutBlock(left ?? '', owner);
      if (result.ok) left = result.text;
      else problems.push(`${found.path}: ${result.problem}`);
    }
    if (left !== text) {
      const after = left === null ? null : Buffer.from(left, 'latin1');
      const file = { path: found.path, before: found.data, after };
      const says = `Take every block of Berth out of ${found.path}`;
      changes.push([{ says, needsRoot: true, file }]);
    }
  }

  for (const [id, systemdVersion] of resolvers) {
    const { etc } = machine.paths;
    const files = resolverFiles(id, [], { address: '127.0.0.1', port: 0 }, { etc, systemdVersion });
    if (files === null) continue;
    const there = await findFiles(files.directory);
    const texts = [...there.files.values()].map((data) => data.toString('latin1'));
    const whose = new Map(texts.flatMap(ownersIn).map((owner) => [owner.id, owner]));
    for (const owner of whose.values()) {
      const planned = planResolverFiles(files, there, { isWanted: false, owner });
      if (!planned.ok || planned.steps.length === 0) continue;
      owners.push(owner);
      changes.push(planned.steps);
    }
  }

  const start = await portStart();
  owners.push(...ownersIn(start.file?.toString('latin1') ?? ''));
  const ports = undoPortsOfAll(start);
  if (ports.length > 0) changes.push(ports);

  const known = owners.filter(({ id, of }) => ownerOf(of).id === id);
  return { changes, problems, instances: [...new Set(known.map(({ of }) => of))] };
}
