import { isLoopback } from '../../../shared/config/address.ts';
import { underOtherSuffixes } from '../../../shared/model/lookup.ts';
import {
  isUnder,
  namesInBlock,
  namesOfOthers,
  readHostsText,
  wantedNames,
} from '../../names/hostsFile/index.ts';
import { ownerOf } from '../../names/owner.ts';
import {
  advise,
  type Check,
  type Finding,
  offer,
  ok,
  problem,
  skipped,
  warning,
} from '../check.ts';
import type { DoctorContext } from '../context.ts';
import { type ForeignLine, foreignLines } from '../hostsLines.ts';
import { counted, named } from '../words.ts';

export const hostsFileChecks: readonly Check[] = [
  {
    id: 'names.hosts-file',
    group: 'names',
    title: 'The hosts file has the hosts of now',
    needs: [],
    run: checkBlock,
  },
  {
    id: 'names.foreign-lines',
    group: 'names',
    title: 'No foreign line names a host',
    needs: [],
    run: checkForeign,
  },
  {
    id: 'names.leftovers',
    group: 'names',
    title: 'No other tool has left names behind',
    needs: [],
    run: checkLeftovers,
  },
];

async function checkBlock(context: DoctorContext): Promise<Finding> {
  const { hosts } = context.machine.files;
  const text = await context.hostsFile();
  const owner = ownerOf(context.directories.data);
  const read = readHostsText(text, owner);
  if (!read.ok) {
    return problem(`${hosts}: ${read.problem}`, {
      fix: advise(
        'Correct it by hand; Berth does not touch what it cannot tell apart.',
        `sudoedit ${hosts}`,
      ),
    });
  }
  if (read.block === null) return skipped(`not tried: ${hosts} has no block of Berth`);
  if (context.instance === null)
    return skipped('not tried: which hosts there are is known while an instance runs');
  const [suffixes, sharedSuffixes] = [await context.suffixes(), await context.sharedSuffixes()];
  const frontends = (await context.hosts()).map(({ name }) => name);
  const inFile = wantedNames({
    ...{ suffixes, sharedSuffixes, frontends, agreed: [] },
    takenOf: (names) => namesOfOthers(text, names),
  });
  const wanted = new Set(inFile.names);
  const listed = new Set(namesInBlock(text, owner));
  const served = frontends.flatMap((name) => [name, ...underOtherSuffixes(name, sharedSuffixes)]);
  const missing = [...new Set(served)].filter((name) => wanted.has(name) && !listed.has(name));
  const known = new Set([...frontends, ...wanted]);
  const stale = [...listed].filter((name) => !known.has(name));
  const fix = offer(
    'Write the block anew; the exact change is shown first.',
    { id: 'install-hosts-file', label: 'Install…' },
    'berth names install',
  );
  if (inFile.left > 0) {
    return warning(
      `the block of Berth in ${hosts} has room for ${counted(inFile.names.length, 'name')}, and ${inFile.left} more are wanted`,
      {
        fix: advise(
          'Have the system ask the DNS server of Berth, which knows every host.',
          'berth names install --dns',
        ),
      },
    );
  }
  if (missing.length > 0) {
    return warning(`${named(missing)}: not in the block of Berth in ${hosts}`, {
      details: missing,
      fix,
    });
  }
  if (stale.length > 0) {
    return warning(
      `${named(stale)}: still in the block of Berth in ${hosts}, and no host any more`,
      {
        details: stale,
        fix,
      },
    );
  }
  return ok(`${counted(listed.size, 'name')} in the block of ${hosts}, as wanted`);
}

async function checkForeign(context: DoctorContext): Promise<Finding> {
  const { hosts } = context.machine.files;
  const lines = foreignLines(await context.hostsFile()).filter(({ tool }) => tool === null);
  const isOurs = await ours(context);
  const speaking = lines.filter(({ names }) => names.some(isOurs));
  const wrong = speaking.filter(({ address }) => !isLoopback(address));
  const [first] = wrong;
  if (first !== undefined) {
    const name = first.names.find(isOurs);
    return problem(`line ${first.line} of ${hosts} sends ${name} to ${first.address}`, {
      details: wrong.slice(1).map((line) => describe(line, isOurs)),
      fix: advise(`Remove ${lineWords(wrong)} of the file.`, removal(context, wrong)),
    });
  }
  const twice = duplicates(speaking, isOurs);
  if (twice.length > 0) {
    return warning(
      `${named(twice)}: more than one line of ${hosts} names ${twice.length === 1 ? 'it' : 'them'}`,
      {
        details: speaking.map((line) => describe(line, isOurs)),
        fix: advise(
          'Keep one line for each address; the first one wins, the others only mislead.',
          `sudoedit ${hosts}`,
        ),
      },
    );
  }
  return ok(
    speaking.length === 0
      ? `no line that others wrote names a host of ours`
      : `${counted(speaking.length, 'line')} that others wrote lead here too`,
    { details: speaking.map((line) => describe(line, isOurs)) },
  );
}

async function checkLeftovers(context: DoctorContext): Promise<Finding> {
  const { hosts } = context.machine.files;
  const lines = foreignLines(await context.hostsFile()).filter(({ tool }) => tool !== null);
  const isOurs = await ours(context);
  const clashing = lines.filter(({ names }) => names.some(isOurs));
  const tools = [...new Set(clashing.map(({ tool }) => tool ?? ''))];
  if (clashing.length === 0) {
    const others = [...new Set(lines.map(({ tool }) => tool ?? ''))];
    return ok(
      others.length === 0
        ? `nothing of other tools in ${hosts}`
        : `lines of ${named(others)} in ${hosts} name no host of ours`,
    );
  }
  const names = [...new Set(clashing.flatMap((line) => line.names.filter(isOurs)))];
  const wrong = clashing.filter(({ address }) => !isLoopback(address));
  const say = wrong.length > 0 ? problem : warning;
  const where =
    wrong.length > 0
      ? `sends ${named(names)} to ${wrong[0]?.address}`
      : `still names ${named(names)}`;
  return say(`${named(tools)} ${where} in ${hosts}`, {
    details: clashing.map((line) => describe(line, isOurs)),
    fix: advise(
      `Remove what ${named(tools)} left: ${lineWords(clashing)} of the file.`,
      removal(context, clashing),
    ),
  });
}

/** Whether a name is one of a host of ours, or could be. */
async function ours(context: DoctorContext): Promise<(name: string) => boolean> {
  const suffixes = await context.suffixes().catch(() => []);
  const hosts = context.instance === null ? [] : (await context.hosts()).map(({ name }) => name);
  const known = new Set(hosts);
  return (name) =>
    known.has(name) ||
    suffixes.some(
      (suffix) => isUnder(name, suffix) && !(suffix === 'localhost' && name === suffix),
    );
}

const describe = (
  { line, address, names, tool }: ForeignLine,
  isOurs: (name: string) => boolean,
): string =>
  `line ${line}${tool === null ? '' : `, of ${tool}`}: ${address} ${names.filter(isOurs).join(' ')}`;

const lineWords = (lines: readonly ForeignLine[]): string =>
  lines.length === 1
    ? `line ${lines[0]?.line}`
    : `lines ${named(
        lines.map(({ line }) => String(line)),
        8,
      )}`;

const removal = ({ machine }: DoctorContext, lines: readonly ForeignLine[]): string | null =>
  machine.platform === 'win32' || lines.length > 20
    ? null
    : `sudo sed -i${machine.platform === 'darwin' ? " ''" : ''} '${lines.map(({ line }) => `${line}d`).join(';')}' ${machine.files.hosts}`;

/** Names that several lines give an address of the same family. */
function duplicates(
  lines: readonly ForeignLine[],
  isOurs: (name: string) => boolean,
): readonly string[] {
  const seen = new Map<string, number>();
  for (const { address, names } of lines) {
    for (const name of new Set(names.filter(isOurs))) {
      const key = `${address.includes(':') ? 6 : 4} ${name}`;
      seen.set(key, (seen.get(key) ?? 0) + 1);
    }
  }
  return [...new Set([...seen].filter(([, count]) => count > 1).map(([key]) => key.slice(2)))];
}
