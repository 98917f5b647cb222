import { execFile, spawnSync } from 'node:child_process';
import { chmod, chown, mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { pageTitle, serveByLocalCa } from '../support/localCa.ts';
import { describeWhen, isLinux, isRoot } from '../support/requirement.ts';
import { onPath } from '../support/runtimes.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporaryDirectory.ts';

const host = 'app.dev.local';

/** What the system's program reads and writes. It gets copies of it, in mounts that nobody else sees. */
const places = [
  '/etc/ssl',
  '/etc/ca-certificates',
  '/usr/local/share/ca-certificates',
  '/var/lib/dpkg',
  '/var/lib/ca-certificates-java',
  '/var/log',
];

const isPossible =
  isLinux &&
  isRoot &&
  ['unshare', 'mount', 'curl', 'update-ca-certificates', 'setpriv'].every((program) =>
    onPath(program),
  ) &&
  spawnSync('unshare', ['--mount', 'true']).status === 0;

describeWhen(
  isPossible,
  'needs Debian or its like, root and mounts of its own',
  'the system and the local CA',
  () => {
    vi.setConfig({ testTimeout: 180_000 });
    let directory: TemporaryDirectory;
    let berth: string;
    let data: string;
    beforeEach(async () => {
      directory = await temporaryDirectory();
      berth = join(directory.path, 'berth');
      data = join(berth, 'data');
      await mkdir(data, { recursive: true, mode: 0o700 });
      await chmod(berth, 0o700);
      await chmod(directory.path, 0o755);
      await mkdir(join(directory.path, 'home'));
    });
    afterEach(() => directory[Symbol.asyncDispose]());

    /**
     * Runs a script where the places are copies, and whatever they were before is as a run of the system's program leaves
     * it. In it: `berth`, `page` (what curl makes of it), `tree` (every file), `as_user` before a command.
     */
    async function apart(port: number, script: string): Promise<readonly string[]> {
      const copies = join(directory.path, 'copies');
      const binds = places.map(
        (place) =>
          `if [ -d ${place} ]; then mkdir -p ${copies}${dirname(place)}; cp -a ${place} ${copies}${place}; mount --bind ${copies}${place} ${place}; fi`,
      );
      const text = `
set -eu
mkdir -p ${copies}; mount -t tmpfs tmpfs ${copies}
${binds.join('\n')}
update-ca-certificates >/dev/null 2>&1
cd /
user=
as_user() { user=1; code=0; "$@" || code=$?; user=; return $code; }
berth() {
  if [ "$user" = 1 ]; then setpriv --reuid 1000 --regid 1000 --clear-groups "$NODE" "$PROGRAM" "$@"
  else "$NODE" "$PROGRAM" "$@"; fi
}
page() {
  curl -q -sS --max-time 10 --noproxy '*' --resolve ${host}:${port}:127.0.0.1 https://${host}:${port}/ 2>&1 |
    { cat; echo; } | sed -n 's/.*<title>\\(.*\\)<.title>.*/\\1/p; s/^curl: (\\([0-9]*\\)).*/curl \\1/p'
}
tree() {
  find /etc/ssl /etc/ca-certificates /usr/local/share/ca-certificates "$HOME" \\( -type f -exec sha256sum {} + \\) -o \\( -type l -printf '%p %l\\n' \\) | sort
  find /etc/ssl /etc/ca-certificates /usr/local/share/ca-certificates "$HOME" -printf '%p %m %U %y\\n' | sort
}
${script}`;
      const {
        SSL_CERT_FILE: _file,
        CURL_CA_BUNDLE: _bundle,
        SSL_CERT_DIR: _dir,
        ...env
      } = process.env;
      const flags = ['--mount', '--propagation', 'private', '--fork', '--kill-child=KILL'];
      // Beside this process, which serves the page.
      const { stdout } = await promisify(execFile)('unshare', [...flags, 'sh', '-c', text], {
        encoding: 'utf8',
        timeout: 150_000,
        killSignal: 'SIGKILL',
        env: {
          ...env,
          HOME: join(directory.path, 'home'),
          BERTH_HOME: berth,
          NODE: process.execPath,
          PROGRAM: resolve('dist/cli.cjs'),
          CI: '1',
        },
      });
      return stdout.trim().split('\n');
    }

    it('curl refuses a page, opens it from trust to untrust, and every file is as before', async () => {
      await using page = await serveByLocalCa(data, host);
      const said = await apart(
        page.port,
        `
tree > ${data}/before
page
berth trust --store system --quiet
page
berth trust --status --store system --json | grep '"evidence"'
berth untrust --store system --quiet
page
tree > ${data}/after
cmp ${data}/before ${data}/after && echo same || diff ${data}/before ${data}/after`,
      );
      expect(said).toEqual([
        'curl 60',
        expect.stringMatching(/^System \(Debian, Ubuntu\) +added$/),
        pageTitle,
        expect.stringContaining('curl accepts a certificate of the CA'),
        expect.stringMatching(/^System \(Debian, Ubuntu\) +removed +Everything is as it was/),
        'curl 60',
        'same',
      ]);
      expect((await readdir(data)).sort()).toEqual(['after', 'before', 'certificates']);
    });

    it('a user without rights is told what to run, and that does it', async () => {
      await using page = await serveByLocalCa(data, host);
      const certificates = join(data, 'certificates');
      const files = (await readdir(certificates)).map((name) => join(certificates, name));
      const home = join(directory.path, 'home');
      for (const path of [berth, data, certificates, home, ...files]) await chown(path, 1000, 1000);
      const out = join(directory.path, 'out');
      await writeFile(out, '');
      const said = await apart(
        page.port,
        `
run() { command=$(sed -n 's/^ *berth: *sudo //p; s/^  *sudo //p' ${out} | tail -n 1); sh -c "$command"  >/dev/null 2>&1; }
tree > ${data}/before
as_user berth trust --store system 2> ${out} || echo "exit $?"
page
run
page
as_user berth untrust --store system 2> ${out} || echo "exit $?"
run
page
as_user berth untrust --store system 2> ${out}
tree > ${data}/after
grep -v java/cacerts ${data}/before > ${data}/before.rest
grep -v java/cacerts ${data}/after | cmp ${data}/before.rest - && echo same`,
      );
      expect(said).toEqual([
        expect.stringMatching(/needs rights/),
        'exit 8',
        'curl 60',
        pageTitle,
        expect.stringMatching(/needs rights/),
        'exit 8',
        'curl 60',
        expect.stringMatching(/unchanged/),
        'same',
      ]);
    });
  },
);
