import { request } from 'node:http';
import { request as requestTls } from 'node:https';
import { connect } from 'node:net';
import { isLoopback } from '../../../shared/config/address.ts';
import type { Bind, Config } from '../../../shared/config/config.ts';
import type {
  InstanceStatus,
  ListenerStatus,
  StatusNotice,
} from '../../../shared/contract/instance.ts';
import { BerthError } from '../../../shared/errors.ts';
import { limits } from '../../../shared/limits.ts';
import { BindError, type OpenPort } from '../../listen/bind.ts';
import { openPortFor } from '../../listen/openPortFor.ts';
import { describeOwner } from '../../ports/portOwner.ts';
import { firstWebPort } from '../../setup/portStart.ts';
import { advise, type Check, type Finding, ok, problem, skipped, warning } from '../check.ts';
import type { DoctorContext } from '../context.ts';
import { askAgain } from '../once.ts';
import { hostPort, named, whyUnmade } from '../words.ts';

type Moved = Extract<StatusNotice, { kind: 'port-moved' }>;

export const portChecks: readonly Check[] = [
  {
    id: 'ports.http',
    group: 'ports',
    title: 'HTTP has the port that it wants',
    needs: [],
    run: (context) => usualPort(context, { usual: 80, secure: false }),
  },
  {
    id: 'ports.https',
    group: 'ports',
    title: 'HTTPS has the port that it wants',
    needs: [],
    run: (context) => usualPort(context, { usual: 443, secure: true }),
  },
  {
    id: 'ports.loopback',
    group: 'ports',
    title: 'Both 127.0.0.1 and ::1 lead to Berth',
    needs: ['instance'],
    timeLimitMs: limits.doctorBrowserMs,
    run: checkLoopback,
  },
  {
    id: 'ports.exposed',
    group: 'ports',
    title: 'Only this machine can reach it',
    needs: ['instance'],
    run: checkExposed,
  },
];

async function checkExposed(context: DoctorContext): Promise<Finding> {
  const { listeners } = await context.status();
  const open = listeners.filter(({ address }) => !isLoopback(address));
  if (open.length > 0) {
    return warning(`others in the network reach ${named(open.map(shown))}`, {
      fix: advise('If that is not meant, set http.bind and https.bind to ["127.0.0.1", "::1"].'),
    });
  }
  const elsewhere = context.machine
    .addresses()
    .filter((address) => !isLoopback(address) && !/^fe80:/i.test(address))
    .slice(0, limits.maxDoctorAddresses);
  const ports = [...new Map(listeners.map((one) => [one.port, one])).values()];
  const asked = await Promise.all(
    elsewhere.flatMap((address) => ports.map(({ port, secure }) => ping(address, port, secure))),
  );
  const reached = asked.filter(({ answer }) => answer === 'berth').map(({ at }) => at);
  if (reached.length > 0) {
    return warning(`${named(reached)} answers as Berth does: others in the network reach that`, {
      fix: advise(
        'Look for another Berth, a Hipache, or a program that passes ports on.',
        'berth ports',
      ),
    });
  }
  const tried = elsewhere.length === 0 ? '' : `; at ${named(elsewhere)} it does not answer`;
  return ok(`every address is a loopback address${tried}`);
}

const shown = ({ address, port }: Pick<ListenerStatus, 'address' | 'port'>): string =>
  hostPort(address, port);

interface Wanted {
  readonly usual: number;
  readonly secure: boolean;
}

async function usualPort(context: DoctorContext, wanted: Wanted): Promise<Finding> {
  const { away } = context;
  if (away instanceof BerthError && away.code !== 'BERTH_NOT_RUNNING') {
    return skipped('not tried: an instance is there, and cannot be asked');
  }
  return context.instance === null
    ? await tryPorts(context, wanted)
    : await servedPorts(context, await context.status(), wanted);
}

async function servedPorts(
  context: DoctorContext,
  { listeners, notices }: InstanceStatus,
  { usual, secure }: Wanted,
): Promise<Finding> {
  const here = listeners.filter((listener) => listener.secure === secure);
  if (here.length === 0) {
    return secure
      ? skipped('not tried: no HTTPS is configured')
      : skipped('not tried: no plain HTTP is configured');
  }
  const moved = notices.find(
    (notice): notice is Moved =>
      notice.kind === 'port-moved' && here.some(({ port }) => port === notice.got),
  );
  if (moved !== undefined) return await movedPort(context, moved);
  const ports = [...new Set(here.map(({ port }) => port))];
  const served = named(here.map(shown));
  if (ports.includes(usual)) return ok(served);
  const owner = await context.machine.ownerOf(usual);
  const by = owner === null ? '' : `; ${usual} is ${describeOwner(owner)}`;
  return ok(`${served}, as configured${by}`);
}

async function movedPort(
  context: DoctorContext,
  { wanted, got, because, owner }: Moved,
): Promise<Finding> {
  if (because === 'forbidden') {
    return warning(`port ${wanted} needs a privilege; using ${got}`, {
      fix: await howToBind(context, wanted),
    });
  }
  const now = owner ?? (await context.machine.ownerOf(wanted));
  const by = now === null ? 'another program' : describeOwner(now);
  return warning(`port ${wanted} is taken by ${by}; using ${got}`, {
    fix: advise(
      `Stop ${now?.name ?? 'it'}, then restart Berth; until then addresses end in :${got}.`,
      now === null ? null : stopCommand(context, now.pid),
    ),
  });
}

const stopCommand = ({ machine }: DoctorContext, pid: number): string =>
  machine.platform === 'win32' ? `taskkill /PID ${pid}` : `kill ${pid}`;

/** How a port below 1024 is had by a user. */
async function howToBind({ machine, instance }: DoctorContext, port: number) {
  if (machine.platform === 'darwin') {
    return advise('Serve on 127.0.0.1 and ::1 (macOS 10.14 and later), or keep the other port.');
  }
  if (machine.platform !== 'linux') {
    return advise('Start Berth from an administrator’s shell, or keep the other port.');
  }
  const start = Number((await machine.readText(machine.files.unprivilegedPortStart)) || '1024');
  // What is set by it can be taken back by it.
  if (port >= firstWebPort && start > firstWebPort) {
    const then = instance === null ? ', then start Berth' : '';
    return advise(
      `Ports below ${start} are root’s here. Let every user bind from ${firstWebPort} on${then}.`,
      'berth setup --ports',
    );
  }
  const then = instance === null ? 'start Berth' : 'run "berth reload"';
  return advise(
    `Ports below ${start} are root’s here. Let every user bind from ${port} on, then ${then}.`,
    `echo net.ipv4.ip_unprivileged_port_start=${port} | sudo tee /etc/sysctl.d/50-berth.conf && sudo sysctl --system`,
  );
}

/** Without an instance: whether the ports of the configuration could be bound now. */
async function tryPorts(context: DoctorContext, { usual, secure }: Wanted): Promise<Finding> {
  const read = await context.configuration().catch(() => null);
  if (read === null) return skipped('not tried: the configuration cannot be read');
  const binds = read.config.binds.filter(({ tls }) => (tls !== null) === secure);
  if (binds.length === 0) {
    return skipped(`not tried: no ${secure ? 'HTTPS' : 'plain HTTP'} is configured`);
  }
  const { platform, isRoot } = context.machine;
  const open = openPortFor({ platform, isRoot: () => isRoot });
  const first = await whyNotBound(open, binds);
  if (first === null) return ok(`${named(binds.map(shown))} can be bound`);
  const where = hostPort(first.address, first.port);
  if (first.failure === 'unavailable') {
    return problem(`${first.address} is no address of this machine`, {
      fix: advise(`Correct ${secure ? 'https' : 'http'}.bind in the configuration.`),
    });
  }
  const { say, instead } = await startInstead(open, read.config, binds, secure);
  if (first.failure === 'forbidden') {
    return say(`${where} needs a privilege${instead}`, {
      fix: await howToBind(context, first.port),
    });
  }
  const owner = await context.machine.ownerOf(first.port);
  const by = owner === null ? 'another program' : describeOwner(owner);
  return say(`${where} is taken by ${by}${instead}`, {
    fix: advise(
      first.port === usual
        ? `Stop ${owner?.name ?? 'it'}, or set another port.`
        : `Stop ${owner?.name ?? 'it'}, or set another port than ${first.port}.`,
      owner === null ? null : stopCommand(context, owner.pid),
    ),
  });
}

/** The first failure of binding them, as a start does; null where all can be bound. */
async function whyNotBound(
  open: OpenPort,
  binds: readonly Pick<Bind, 'address' | 'port'>[],
): Promise<BindError | null> {
  for (const { address, port } of binds) {
    try {
      const bound = await open(address, port, {
        ipv6Only: true,
        maxEarly: 0,
        acceptFailed: () => undefined,
      });
      await bound.close();
    } catch (error) {
      if (!(error instanceof BindError)) throw error;
      // A machine without IPv6; a start passes over it too.
      if (error.failure !== 'unavailable' || address !== '::1') return error;
    }
  }
  return null;
}

/** What a start does where these cannot be bound, and how grave that is. */
async function startInstead(
  open: OpenPort,
  { fallbackPorts, secureFallbackPorts, secureIsSet }: Config,
  binds: readonly Bind[],
  secure: boolean,
): Promise<{ readonly say: typeof warning; readonly instead: string }> {
  const wished = binds[0]?.port;
  for (const port of secure ? secureFallbackPorts : fallbackPorts) {
    if (port === wished) continue;
    if (
      (await whyNotBound(
        open,
        binds.map(({ address }) => ({ address, port })),
      )) === null
    ) {
      return { say: warning, instead: `; a start would use ${port}` };
    }
  }
  return secure && !secureIsSet
    ? { say: warning, instead: '; a start would serve plain HTTP alone' }
    : { say: problem, instead: '' };
}

interface Asked {
  readonly at: string;
  readonly answer: /** It took a connection, and was asked nothing. */
  'open' | 'berth' | 'other' | 'nothing';
  readonly why: string;
  /** A connection for TLS was taken, and came to nothing: the server may be slow to have a certificate. */
  readonly isCutOff: boolean;
}

async function checkLoopback(context: DoctorContext): Promise<Finding> {
  const { listeners } = await context.status();
  const hasV6 = context.machine.addresses().includes('::1');
  const ports = [...new Map(listeners.map((one) => [one.port, one])).values()];
  const unmade = await context.unmade();
  if (ports.length === 0) return skipped('not tried: the instance serves no address');
  const asked = await Promise.all(
    ports.flatMap(({ port, secure, hasCertificate }) =>
      ['127.0.0.1', ...(hasV6 ? ['::1'] : [])].map((address) => {
        if (!secure) return ping(address, port, false);
        const mayMake = hasCertificate !== true && unmade !== null;
        return mayMake ? knock(address, port) : pingInTime(address, port);
      }),
    ),
  );
  // Every Berth, and Hipache, answers so: where this one does not listen it is another one's.
  const isOurs = (at: string): boolean => listeners.some((listener) => mayCover(listener, at));
  const others = asked
    .map((one) =>
      one.answer === 'berth' && !isOurs(one.at)
        ? ({ ...one, answer: 'other', why: 'another Berth, or a Hipache' } as const)
        : one,
    )
    .filter(({ answer }) => answer === 'other');
  if (others.length > 0) {
    const [{ at = '', why = '' } = {}] = others;
    return problem(`${at} is answered by another program: ${why}`, {
      details: others.slice(1).map((one) => `${one.at}: ${one.why}`),
      fix: advise(
        'Stop that program, or serve hosts on another port: clients reach either.',
        `berth ports`,
      ),
    });
  }
  const silent = asked.filter(({ answer }) => answer === 'nothing');
  if (silent.length === 0) {
    const told = asked.filter(({ answer }) => answer === 'berth').map(({ at }) => at);
    const open = asked.filter(({ answer }) => answer === 'open').map(({ at }) => at);
    const missing = hasV6 ? '' : '; this machine has no ::1';
    const answering = `${named(told, 6)} answer${missing}`;
    if (open.length === 0 || unmade === null) return ok(answering);
    const takes = `${named(open, 6)} take connections, and no handshake was tried: ${whyUnmade(unmade)}`;
    return skipped(`not tried in full: ${told.length === 0 ? '' : `${answering}; `}${takes}`);
  }
  const isExpected = (at: string): boolean => listeners.some((listener) => covers(listener, at));
  const broken = silent.filter(({ at }) => isExpected(at));
  const worst = broken.find(({ isCutOff }) => !isCutOff) ?? broken[0];
  if (worst !== undefined) {
    const { at, why, isCutOff } = worst;
    const details = broken.filter((one) => one !== worst).map((one) => `${one.at}: ${one.why}`);
    if (isCutOff) {
      return warning(`${at} takes connections, and does not answer: ${why}`, {
        details,
        fix: advise(
          'The instance may be overloaded, or still be making its certificates: look again. If it stays so, its log says why.',
          'berth doctor',
        ),
      });
    }
    return problem(`${at} does not answer: ${why}`, {
      details,
      fix: advise(
        'Look for a firewall on this machine, and whether the instance is overloaded.',
        'berth status',
      ),
    });
  }
  const missing = silent.map(({ at }) => at);
  return warning(
    `nothing is bound at ${named(missing)}: a client that looks up localhost may try it first`,
    {
      details: asked.filter(({ answer }) => answer === 'berth').map(({ at }) => `${at} answers`),
      fix: advise(
        'Set http.bind (and https.bind) to ["127.0.0.1", "::1"], then read the file again.',
        'berth reload',
      ),
    },
  );
}

const covers = ({ address, port }: ListenerStatus, at: string): boolean =>
  at === hostPort(address, port) ||
  (address === '0.0.0.0' && at === hostPort('127.0.0.1', port)) ||
  (address === '::' && at === hostPort('::1', port));

/** As `covers`; a listener on `::` has IPv4 too, where nothing else has. */
const mayCover = (listener: ListenerStatus, at: string): boolean =>
  covers(listener, at) ||
  (listener.address === '::' && at === hostPort('127.0.0.1', listener.port));

/** Whether a connection is taken. Never rejects. */
function knock(address: string, port: number): Promise<Asked> {
  const at = hostPort(address, port);
  return new Promise((resolve) => {
    const nothing = (why: string): void => resolve({ at, answer: 'nothing', why, isCutOff: false });
    const socket = connect({ host: address, port, timeout: limits.doctorAnswerMs });
    socket.once('connect', () => {
      resolve({ at, answer: 'open', why: '', isCutOff: false });
      socket.destroy();
    });
    socket.once('timeout', () => {
      nothing(`silent for ${limits.doctorAnswerMs / 1000} s`);
      socket.destroy();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => nothing(error.code ?? error.message));
  });
}

/** As `ping` over TLS: an instance that was not asked for HTTPS before loads what makes certificates first. */
const pingInTime = (address: string, port: number): Promise<Asked> =>
  askAgain(
    () => ping(address, port, true),
    ({ isCutOff }) => !isCutOff,
    { forMs: limits.doctorIssueMs, pauseMs: limits.doctorIssuePauseMs },
  );

/** What answers `Host: __ping__` at an address: every Berth says ok. Never rejects. */
function ping(address: string, port: number, secure: boolean): Promise<Asked> {
  const at = hostPort(address, port);
  const send = secure ? requestTls : request;
  return new Promise((resolve) => {
    let isConnected = false;
    const nothing = (why: string): void =>
      resolve({ at, answer: 'nothing', why, isCutOff: secure && isConnected });
    const sent = send({
      host: address,
      port,
      path: '/',
      agent: false,
      headers: { host: '__ping__', connection: 'close' },
      rejectUnauthorized: false,
      timeout: limits.doctorAnswerMs,
    });
    sent.once('socket', (socket) => {
      socket.once('connect', () => {
        isConnected = true;
      });
    });
    sent.once('response', (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        body = (body + part).slice(0, 100);
      });
      response.once('close', () => {
        const isBerth = response.statusCode === 200 && body.trim().toLowerCase() === 'ok';
        const server = response.headers['server'] ?? `status ${response.statusCode}`;
        resolve({
          ...{ at, answer: isBerth ? 'berth' : 'other', isCutOff: false },
          why: isBerth ? '' : String(server),
        });
      });
      response.on('error', () => undefined);
    });
    sent.once('timeout', () => {
      nothing(`silent for ${limits.doctorAnswerMs / 1000} s`);
      sent.destroy();
    });
    sent.on('error', (error: NodeJS.ErrnoException) => nothing(error.code ?? error.message));
    sent.end();
  });
}
