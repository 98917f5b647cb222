import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { limits } from '../../../shared/limits.ts';
import { errnoOf } from '../../config/readFile.ts';
import { describeStore } from '../../instance/describeStore.ts';
import { advise, type Check, type Finding, ok, problem, skipped, warning } from '../check.ts';
import type { DoctorContext } from '../context.ts';
import type { StoreAnswers } from '../storeAnswers.ts';
import { span } from '../words.ts';

const megabyte = 1024 * 1024;
const embeddedName = 'the embedded store';

export const storeChecks: readonly Check[] = [
  {
    id: 'store.reachable',
    group: 'store',
    title: 'The store answers',
    needs: ['configuration', 'store'],
    run: async (context) => {
      const { config } = await context.configuration();
      const name =
        config.driver.kind === 'embedded' ? embeddedName : describeStore(config.driver, null);
      const status = context.instance === null ? null : await context.status();
      const stale = status?.notices.find(({ kind }) => kind === 'store-stale');
      const answers = await context.storeAnswers();
      if (answers.kind === 'away') return away(name, answers.reason);
      if (stale?.kind === 'store-stale') {
        const since = span(context.machine.wallClock() - stale.since);
        return problem(
          `the instance has been without ${name} for ${since}, and serves what it last knew`,
          {
            fix: advise('It keeps trying; see why the store does not let it in.', 'berth status'),
          },
        );
      }
      const ms = answers.ms.toFixed(1);
      return answers.ms > limits.slowStoreMs
        ? warning(`${name} took ${ms} ms for a round trip`, {
            fix: advise('Use a store nearer to this machine, or find what holds it up.'),
          })
        : ok(`${name} answered in ${ms} ms`);
    },
  },
  {
    id: 'store.push',
    group: 'store',
    title: 'The store tells of changes',
    needs: ['configuration', 'store'],
    run: async (context) => {
      const answers = await context.storeAnswers();
      if (answers.kind === 'away') return noAnswer;
      const version = answers.info.get('redis_version') ?? 'of an unknown version';
      const name =
        answers.info.get('server_name') === 'berth-embedded'
          ? 'the embedded store'
          : `Redis ${version}`;
      if (answers.isPushed) return ok(`${name}, by CLIENT TRACKING`);
      return warning(`${name} has no CLIENT TRACKING: it is asked on every request`, {
        fix: advise('Use Redis 6 or newer, and let this user run CLIENT TRACKING.'),
      });
    },
  },
  {
    id: 'store.durable',
    group: 'store',
    title: 'What is stored lasts',
    needs: ['configuration'],
    run: async (context) => {
      const { config } = await context.configuration();
      return config.driver.kind === 'embedded'
        ? await embeddedDurability(context)
        : await redisDurability(context);
    },
  },
  {
    id: 'store.clock',
    group: 'store',
    title: 'The store has the same clock',
    needs: ['configuration', 'store'],
    run: async (context) => {
      const { config } = await context.configuration();
      if (config.driver.kind === 'embedded') {
        return skipped('not tried: the embedded store has the clock of this machine');
      }
      const answers = await context.storeAnswers();
      if (answers.kind === 'away') return noAnswer;
      const { clockAheadMs } = answers;
      if (clockAheadMs === null) return skipped('not tried: the store does not tell its time');
      const apart = Math.abs(clockAheadMs);
      if (apart <= limits.clockSkewMs) return ok(`${apart} ms apart, by its TIME`);
      const where = clockAheadMs > 0 ? 'ahead of' : 'behind';
      return problem(`its TIME is ${span(apart)} ${where} the clock of this machine`, {
        fix: advise(
          'Set both by NTP: dead marks and the turns of health checks go by these clocks.',
          context.machine.platform === 'linux' ? 'timedatectl set-ntp true' : null,
        ),
      });
    },
  },
];

const noAnswer = skipped('not tried: the store does not answer');

function away(name: string, reason: string): Finding {
  const fix =
    name === embeddedName
      ? advise('Restart Berth, which serves this store itself.', 'berth stop --now')
      : advise(
          'Start the server, or name another in "driver"; until then the hosts that were known go on.',
          name.startsWith('redis://') ? `redis-cli -u ${name.split(/[#,]/)[0]} ping` : null,
        );
  return problem(`${name}: ${reason}`, { fix });
}

async function embeddedDurability(context: DoctorContext): Promise<Finding> {
  const { machine, directories } = context;
  const file = join(directories.data, 'store.aof');
  try {
    await access(file, constants.R_OK | constants.W_OK);
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT' && context.instance === null) {
      return skipped('not tried: nothing is stored yet');
    }
    return problem(
      code === 'ENOENT'
        ? `${file} is gone: what is changed now is lost at the next start`
        : `${file} cannot be written: ${code}`,
      {
        fix:
          code === 'ENOENT'
            ? advise(
                'Export the hosts, restart, and import them again.',
                'berth export > hosts.json',
              )
            : advise('Let this user write it.', `chmod u+rw ${file}`),
      },
    );
  }
  const answers = (await context.store()) === null ? null : await context.storeAnswers();
  if (failed(answers, 'aof_last_write_status')) {
    return problem(`the last write to ${file} failed`, {
      fix: advise(
        'Make room on the disk; edits are refused until a write succeeds.',
        `df -h ${directories.data}`,
      ),
    });
  }
  const free = Math.floor((await machine.freeBytes(directories.data)) / megabyte);
  const room = `${free} MB free at ${directories.data}`;
  const fix = advise(
    'Make room: every edit of a host is written there.',
    `df -h ${directories.data}`,
  );
  if (free < limits.fullDiskMegabytes) return problem(room, { fix });
  if (free < limits.lowDiskMegabytes) return warning(room, { fix });
  return ok(`${file} can be written; ${room}`);
}

async function redisDurability(context: DoctorContext): Promise<Finding> {
  if ((await context.store()) === null) return skipped('not tried: nobody serves the store');
  const answers = await context.storeAnswers();
  if (answers.kind === 'away') return noAnswer;
  const { info, save } = answers;
  if (info.size === 0) return skipped('not tried: the store does not let INFO be asked');
  for (const key of ['aof_last_write_status', 'rdb_last_bgsave_status']) {
    if (failed(answers, key)) {
      return problem(`Redis could not write to its disk: ${key} is ${info.get(key)}`, {
        fix: advise('Make room on the disk of the Redis server, and read its log.'),
      });
    }
  }
  const policy = info.get('maxmemory_policy') ?? 'noeviction';
  if (Number(info.get('maxmemory') ?? 0) > 0 && policy !== 'noeviction') {
    return warning(`Redis may drop hosts when its memory is full: maxmemory-policy is ${policy}`, {
      fix: advise('Let it refuse instead.', 'redis-cli config set maxmemory-policy noeviction'),
    });
  }
  if (info.get('aof_enabled') === '1') return ok('Redis keeps an append-only file');
  if (save === null) return skipped('not tried: the store does not let CONFIG GET be asked');
  return save === ''
    ? warning('Redis writes nothing to its disk: a restart of it loses every host', {
        fix: advise('Switch on its append-only file.', 'redis-cli config set appendonly yes'),
      })
    : ok(`Redis saves snapshots (save ${save})`);
}

const failed = (answers: StoreAnswers | null, key: string): boolean =>
  answers?.kind === 'answers' && (answers.info.get(key) ?? 'ok') !== 'ok';
