import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { BerthError, errorCatalogue } from '../../../shared/errors.ts';
import { shellWord } from '../../../shared/shellWord.ts';
import { checkFiles } from '../../config/files.ts';
import { errnoOf } from '../../config/readFile.ts';
import { readStaticPages } from '../../system/staticPages.ts';
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
import { counted, named, span } from '../words.ts';

/** The oldest Node that the program is made for, as `engines` of package.json has it. */
const leastNode = [20, 19] as const;

export const instanceChecks: readonly Check[] = [
  {
    id: 'instance.running',
    group: 'instance',
    title: 'Berth runs, in this version',
    needs: [],
    run: async (context) => {
      const { away, program } = context;
      if (context.instance === null) return notRunning(away);
      const { version, pid, mode, workers, startedAt } = await context.status();
      if (version !== program.version) {
        return warning(`the instance is version ${version}, this command is ${program.version}`, {
          fix: advise('Restart the instance, so that both are the same.', 'berth stop'),
        });
      }
      const serving = workers.filter(({ state }) => state === 'ready').length;
      if (serving === 0) {
        return problem(`no worker takes requests: ${counted(workers.length, 'worker')} not ready`, {
          fix: advise(
            'See what they say on standard error, or restart the instance.',
            'berth stop',
          ),
        });
      }
      const age = span(context.machine.wallClock() - startedAt);
      return ok(
        `version ${version}, ${mode}, pid ${pid}, ${counted(serving, 'worker')}, started ${age} ago`,
      );
    },
  },
  {
    id: 'instance.configuration',
    group: 'instance',
    title: 'The configuration is valid',
    needs: [],
    run: async (context) => {
      try {
        const { config, warnings } = await context.configuration();
        await checkFiles(config, context.served);
        if (context.served === null) await readStaticPages(config.server.staticDir);
        if (warnings.length > 0) {
          return warning(warnings[0] ?? '', {
            details: warnings.slice(1),
            fix: advise('Correct the file, then read it again.', 'berth reload'),
          });
        }
        return ok(config.file === null ? 'no file: the defaults hold' : config.file);
      } catch (error) {
        if (!(error instanceof BerthError)) throw error;
        const [first = '', ...more] = error.detail.split('\n').filter((text) => text.trim() !== '');
        return problem(first, {
          details: more.map((text) => text.trim()),
          fix: advise(errorCatalogue[error.code].advice, 'berth config validate'),
        });
      }
    },
  },
  {
    id: 'instance.directories',
    group: 'instance',
    title: 'Its directories are private',
    needs: [],
    run: checkDirectories,
  },
  {
    id: 'instance.runtime',
    group: 'instance',
    title: 'Node and Electron are new enough',
    needs: [],
    run: async ({ program: { node, electron } }) => {
      const shown = electron === null ? `Node ${node}` : `Electron ${electron} with Node ${node}`;
      const [major = 0, minor = 0] = node.split('.').map(Number);
      const [least, leastMinor] = leastNode;
      if (major > least || (major === least && minor >= leastMinor)) return ok(shown);
      return warning(
        `${shown} is older than Node ${least}.${leastMinor}, which Berth is made for`,
        {
          fix: advise(
            electron === null
              ? `Install Node ${least}.${leastMinor} or newer.`
              : 'Install the app of this version, which brings its own Electron.',
          ),
        },
      );
    },
  },
  {
    id: 'instance.records',
    group: 'instance',
    title: 'Requests are recorded',
    needs: ['instance'],
    run: async (context) => {
      const { notices, recordsDropped, requests, accessLog } = await context.status();
      const moved = notices.find(({ kind }) => kind === 'access-log-moved');
      if (moved?.kind === 'access-log-moved') {
        return warning(`${moved.wanted} cannot be written; the access log is ${moved.got}`, {
          fix: advise('Let this user write the file, or name another in server.accessLog.'),
        });
      }
      if (requests === 0) return skipped('not tried: there was no request yet');
      if (recordsDropped > 0) {
        return warning(
          `${counted(recordsDropped, 'record')} of ${counted(requests, 'request')} could not be kept: the machine or its disk was too slow`,
          { fix: advise('Look for a full or slow disk, and for other programs that need it.') },
        );
      }
      return ok(`all of ${counted(requests, 'request')}, in ${accessLog}`);
    },
  },
];

function notRunning(away: Error | null): Finding {
  if (!(away instanceof BerthError) || away.code === 'BERTH_NOT_RUNNING') {
    return problem('no instance runs for this user', {
      fix: advise('Open the app, or start it without a window.', 'berth --headless'),
    });
  }
  return problem(`the instance cannot be asked: ${away.detail}`, {
    fix: advise(errorCatalogue[away.code].advice),
  });
}

interface Found {
  readonly path: string;
  /** Null: it is not there. */
  readonly mode: number | null;
  readonly uid: number;
  readonly isWritable: boolean;
}

async function checkDirectories(context: DoctorContext): Promise<Finding> {
  const { machine, directories } = context;
  const paths = [...new Set(Object.values(directories) as string[])];
  const found = await Promise.all(paths.map(look));
  const there = found.filter(({ mode }) => mode !== null);
  const shut = there.filter(({ isWritable }) => !isWritable);
  if (shut.length > 0) {
    return problem(`${named(shut.map(({ path }) => path))}: this user may not write there`, {
      fix: advise('Make the directory this user’s own.', `sudo chown -R "$USER" ${quoted(shut)}`),
    });
  }
  if (there.length === 0) return skipped('not tried: the first start makes them');
  if (machine.platform === 'win32') {
    return skipped('not tried: who may read them is a matter of access lists here');
  }
  const open = there.filter(({ mode }) => ((mode ?? 0) & 0o077) !== 0);
  if (open.length === 0)
    return ok(
      `${counted(there.length, 'directory').replace('directorys', 'directories')}, open to this user alone`,
    );
  return problem(`${named(open.map(describe))}: others may look into it`, {
    fix: offer(
      'Close it to others: keys and the token of the dashboard lie there.',
      { id: 'close-directories', label: 'Close it' },
      `chmod 700 ${quoted(open)}`,
    ),
  });
}

const describe = ({ path, mode }: Found): string =>
  `${path} has mode ${((mode ?? 0) & 0o777).toString(8).padStart(3, '0')}`;

const quoted = (found: readonly Found[]): string =>
  found.map(({ path }) => shellWord(path)).join(' ');

async function look(path: string): Promise<Found> {
  try {
    const { mode, uid } = await stat(path);
    const isWritable = await access(path, constants.W_OK | constants.X_OK).then(
      () => true,
      () => false,
    );
    return { path, mode, uid, isWritable };
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    return { path, mode: null, uid: 0, isWritable: false };
  }
}
