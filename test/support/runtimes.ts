import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { electronForTests } from '../../build/electronPlace.ts';

/** What a container engine gets for its own, so that it harms nobody: network, mounts, processes. */
export const namespaceFlags: readonly string[] = [
  ...['--net', '--mount', '--pid', '--fork'],
  ...['--kill-child=KILL', '--mount-proc'],
];

/** Where .ci/run unpacks the package of systemd-resolved: it is never installed, which would change this machine. */
export const unpackedResolved = resolve('node_modules/.cache/systemd-resolved');

/** Where it unpacks that of sudo, which not every machine has. */
export const unpackedSudo = resolve('node_modules/.cache/sudo');

/** A program that some tests need beside Node and the npm packages. */
interface Runtime {
  readonly program: string;
  /** Whether it is there, where it is not looked for on PATH. */
  readonly present?: () => boolean;
  /** How a person gets it. */
  readonly get: string;
}

/** By the name that BERTH_REQUIRE uses. */
export const runtimes = {
  redis: { program: 'redis-server', get: 'apt-get install redis-server, or brew install redis' },
  'redis-cli': { program: 'redis-cli', get: 'apt-get install redis-tools, or brew install redis' },
  sentinel: {
    program: 'redis-sentinel',
    get: 'apt-get install redis-sentinel, or brew install redis',
  },
  curl: { program: 'curl', get: 'apt-get install curl' },
  slowhttptest: { program: 'slowhttptest', get: 'apt-get install slowhttptest' },
  chromium: { program: 'chromium', get: 'apt-get install chromium' },
  certutil: { program: 'certutil', get: 'apt-get install libnss3-tools' },
  dpkg: { program: 'dpkg-deb', get: 'a Linux of the family of Debian' },
  makensis: { program: 'makensis', get: 'apt-get install nsis' },
  sslscan: { program: 'sslscan', get: 'apt-get install sslscan' },
  testssl: { program: 'testssl', get: 'apt-get install testssl.sh' },
  wrk: { program: 'wrk', get: 'apt-get install wrk' },
  nginx: { program: 'nginx', get: 'apt-get install nginx-light' },
  haproxy: { program: 'haproxy', get: 'apt-get install haproxy' },
  'systemd-analyze': { program: 'systemd-analyze', get: 'a Linux with systemd' },
  jq: { program: 'jq', get: 'apt-get install jq, or brew install jq' },
  bash: { program: 'bash', get: 'apt-get install bash' },
  zsh: { program: 'zsh', get: 'apt-get install zsh' },
  fish: { program: 'fish', get: 'apt-get install fish, or brew install fish' },
  script: { program: 'script', get: 'apt-get install bsdutils' },
  electron: {
    program: 'electron',
    present: () => electronForTests(process.env) !== null,
    get: 'node build/run.mjs build/electronTestRuntime.ts on x64 Linux (and apt-get install libgtk-3-0 libnss3 libasound2 libgbm1), else npx install-electron',
  },
  xvfb: {
    program: 'Xvfb',
    present: () => process.platform !== 'linux' || onPath('Xvfb'),
    get: 'apt-get install xvfb',
  },
  dbus: { program: 'dbus-daemon', get: 'apt-get install dbus' },
  '7zip': { program: '7zz', get: 'apt-get install 7zip' },
  dockerd: {
    program: 'dockerd',
    present: () =>
      process.getuid?.() === 0 &&
      ['dockerd', 'iptables', 'ip', 'unshare'].every(onPath) &&
      isProgram('/bin/busybox') &&
      spawnSync('unshare', [...namespaceFlags, 'true']).status === 0,
    get: 'as root on Linux, apt-get install docker.io iptables busybox-static iproute2',
  },
  namespaces: {
    program: 'unshare',
    present: () =>
      process.getuid?.() === 0 &&
      ['ip', 'nsenter', 'unshare', 'setsid'].every(onPath) &&
      spawnSync('unshare', [...namespaceFlags, 'true']).status === 0,
    get: 'as root on Linux, apt-get install iproute2 util-linux',
  },
  dig: { program: 'dig', get: 'apt-get install bind9-dnsutils' },
  dnsmasq: {
    program: 'dnsmasq',
    present: () => onPath('dnsmasq') || isProgram('/usr/sbin/dnsmasq'),
    get: 'apt-get install dnsmasq-base',
  },
  'systemd-resolved': {
    program: 'systemd-resolved',
    present: () =>
      spawnSync('sh', [
        '-c',
        `LD_LIBRARY_PATH=$(echo ${unpackedResolved}/usr/lib/*/systemd) ${unpackedResolved}/lib/systemd/systemd-resolved --version`,
      ]).status === 0,
    get: 'unpack its package, which must not be installed: .ci/run shows how',
  },
  sudo: {
    program: 'sudo',
    present: () => isProgram(join(unpackedSudo, 'usr/bin/sudo')),
    get: 'unpack its package: .ci/run shows how',
  },
  pwsh: { program: 'pwsh', get: 'https://aka.ms/install-powershell' },
} as const satisfies Record<string, Runtime>;

export type RuntimeName = keyof typeof runtimes;

export const runtimeNames = Object.keys(runtimes) as readonly RuntimeName[];

/** Whether a program can be found on PATH. */
export function onPath(program: string): boolean {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .some((directory) => directory !== '' && isProgram(join(directory, program)));
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

export function isPresent(name: RuntimeName): boolean {
  const { program, present }: Runtime = runtimes[name];
  return present?.() ?? onPath(program);
}

/** Whether BERTH_REQUIRE (comma list of names, or `all`) makes the absence of this runtime a failure. */
export function isRequired(name: RuntimeName): boolean {
  const listed = requiredNames();
  return listed.includes('all') || listed.includes(name);
}

export function requiredNames(): readonly string[] {
  return (process.env['BERTH_REQUIRE'] ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
