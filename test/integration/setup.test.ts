import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright-core';
import { expect, test, vi } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { describeOnMachine, type OwnMachine, startMachine } from '../support/ownMachine.ts';
import { describeWith } from '../support/requirement.ts';

/** Beside /etc, where the system's program for certificates leaves something. */
const places = ['/usr/local/share', '/var/lib/ca-certificates-java'];
/** What it writes its history to: it is a copy, too. */
const histories = ['/var/lib/dpkg', '/var/log'];

const title = 'The backend of every name';

const backend = `require('http').createServer((q, s) => {
  s.setHeader('content-type', 'text/html');
  s.end('<!doctype html><title>${title}</title><link rel="icon" href="data:,">' + q.headers.host);
}).listen(3000, '127.0.0.1')`;

describeOnMachine('a fresh machine', () => {
  describeWith(['chromium', 'certutil', 'dnsmasq', 'curl'], 'with Chromium', () => {
    // A browser is started several times, and every file of the machine read.
    vi.setConfig({ testTimeout: 240_000 });

    /** As the system's own program for certificates leaves it; the user's home is empty. */
    async function freshMachine(): Promise<OwnMachine> {
      const machine = await startMachine();
      const copies = join(machine.shared, 'copies');
      const steps = [
        ...[...places, ...histories].map(
          (place) =>
            `if [ -d ${place} ]; then mkdir -p ${copies}${place} && cp -a ${place}/. ${copies}${place} && mount --bind ${copies}${place} ${place}; fi`,
        ),
        'update-ca-certificates >/dev/null 2>&1',
        'rm -rf /etc/dnsmasq.d /etc/dnsmasq.conf /etc/default/dnsmasq',
      ];
      expect(await machine.run(['sh', '-c', steps.join('\n')])).toMatchObject({ status: 0 });
      return machine;
    }

    /** Starts dnsmasq as the resolver of the machine. */
    async function resolveByDnsmasq(machine: OwnMachine): Promise<void> {
      const conf = [
        'conf-dir=/etc/dnsmasq.d/,*.conf',
        'no-resolv',
        'bind-interfaces',
        'listen-address=127.0.0.1',
        'pid-file=',
        'user=root',
      ];
      await writeFile(join(machine.etc, 'dnsmasq.conf'), `${conf.join('\n')}\n`);
      await machine.run(['mkdir', '/etc/dnsmasq.d']);
      await machine.startService('dnsmasq', 'exec dnsmasq --keep-in-foreground');
      await writeFile(join(machine.etc, 'resolv.conf'), 'nameserver 127.0.0.1\n');
    }

    /** An instance with nothing set, and a backend for these names. */
    async function serve(machine: OwnMachine, name: string): Promise<void> {
      await machine.startService('backend', `exec ${process.execPath} -e "${inShell(backend)}"`);
      await machine.startBerth();
      expect(await machine.berth('add', name, 'http://127.0.0.1:3000')).toMatchObject({
        status: 0,
      });
    }

    /** Has Firefox a profile, with a database that it has made. */
    const firefoxOf = (home: string): string =>
      [
        `mkdir -p ${home}/.mozilla/firefox/ab12.default`,
        `printf '[Profile0]\\nIsRelative=1\\nPath=ab12.default\\n' > ${home}/.mozilla/firefox/profiles.ini`,
        `certutil -N -d sql:${home}/.mozilla/firefox/ab12.default --empty-password`,
      ].join(' && ');

    /** Every file, link and directory that a change could touch, but Berth's own data. */
    async function everything({ run, home }: OwnMachine): Promise<readonly string[]> {
      const roots = `/etc ${places.join(' ')} ${home}`;
      const ours = `-path ${home}/berth -prune -o`;
      const script = [
        `find ${roots} ${ours} -type f -exec sha256sum {} + 2>/dev/null`,
        `find ${roots} ${ours} -printf '%p %m %U:%G %y %l\\n' 2>/dev/null`,
        'cat /proc/sys/net/ipv4/ip_unprivileged_port_start',
      ];
      const { stdout } = await run(['sh', '-c', script.join('; ')]);
      return stdout.split('\n').sort();
    }

    /** What Chromium, with no flags about names or certificates, makes of an address. */
    async function opened(machine: OwnMachine, url: string, home = machine.home) {
      const wrapper = join(machine.shared, 'chromium.sh');
      const [program, ...rest] = machine.entering(['chromium']);
      await writeFile(wrapper, `#!/bin/sh\nexec ${program} ${rest.join(' ')} "$@"\n`);
      await chmod(wrapper, 0o755);
      const scratch = join(machine.shared, 'scratch');
      const browser = await chromium.launch({
        executablePath: wrapper,
        args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
        env: {
          PATH: process.env['PATH'] ?? '',
          HOME: home,
          XDG_CONFIG_HOME: scratch,
          XDG_CACHE_HOME: scratch,
        },
      });
      try {
        const page = await browser.newPage();
        const complaints: string[] = [];
        page.on('console', (message) => complaints.push(message.text()));
        page.on('requestfailed', (request) => complaints.push(request.failure()?.errorText ?? ''));
        const response = await page.goto(url);
        const security = await response?.securityDetails();
        const protocol = await page.evaluate(
          "performance.getEntriesByType('navigation')[0].nextHopProtocol",
        );
        const isSecure = await page.evaluate('isSecureContext');
        const issuer = security?.issuer ?? '';
        return { title: await page.title(), protocol, isSecure, issuer, complaints };
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        return /net::(\w+)/.exec(text)?.[1] ?? text;
      } finally {
        await browser.close();
      }
    }

    /**
     * Has a program, when it has done what it is told with this word, kill the script with the rights that runs it, and the
     * command line above. @returns what undoes that
     */
    async function killAfter(
      { run, shared }: OwnMachine,
      program: string,
      word: string,
    ): Promise<() => Promise<unknown>> {
      const path = (await run(['sh', '-c', `command -v ${program}`])).stdout.trim();
      const real = join(shared, `real-${program}`);
      const killer = join(shared, `killer-${program}`);
      const lines = [
        '#!/bin/sh',
        `${real} "$@"; status=$?`,
        `case "$*" in *${word}*) ;; *) exit $status;; esac`,
        'script=$PPID',
        'if [ "$(cat /proc/$script/comm)" = sh ]; then kill -9 "$(cut -d" " -f4 /proc/$script/stat)"; fi',
        'kill -9 $script',
        '',
      ];
      await writeFile(killer, lines.join('\n'));
      await chmod(killer, 0o755);
      await run(['cp', '-a', '-L', path, real]);
      await run(['mount', '--bind', killer, path]);
      return async () => await run(['umount', path]);
    }

    const good = {
      title,
      protocol: 'h2',
      isSecure: true,
      issuer: expect.stringContaining('Berth'),
      complaints: [],
    };

    const differences = (before: readonly string[], now: readonly string[]) => [
      ...now.filter((line) => !before.includes(line)).map((line) => `+ ${line}`),
      ...before.filter((line) => !now.includes(line)).map((line) => `- ${line}`),
    ];

    test('opens https://anything.dev.local after one command, and is as before, to the byte', async () => {
      await using machine = await freshMachine();
      await resolveByDnsmasq(machine);
      await serve(machine, '*.dev.local');
      const before = await everything(machine);
      expect(await opened(machine, 'https://anything.dev.local')).toBe('ERR_NAME_NOT_RESOLVED');

      const dry = await machine.berth('setup', '--dry-run');
      expect(dry).toMatchObject({ status: 0 });
      expect(dry.stdout).toContain('Have dnsmasq read it');
      expect(dry.stdout).toContain('certutil');
      expect(differences(before, await everything(machine))).toEqual([]);

      const done = await machine.berth('setup');
      expect(done).toMatchObject({ status: 0 });
      expect(done.stdout).toMatch(/✓ anything\.dev\.local +programs find it at 127\.0\.0\.1/);
      expect(done.stdout).toMatch(/✓ System \(.*accepts/);
      expect(done.stdout).toMatch(/✓ Chromium.*accepts/);
      expect(done.stdout).toMatch(/✓ https:\/\/anything\.dev\.local\/ .* over HTTP\/2/);
      expect(done.stderr).toContain('https://anything.dev.local/ opens with no warning.');
      expect(await opened(machine, 'https://anything.dev.local')).toEqual(good);
      expect(await opened(machine, 'https://deeply.nested.dev.local/')).toEqual(good);
      const curl = await machine.run(['curl', '-sS', 'https://curl.dev.local/']);
      expect(curl.stdout).toContain(title);

      const between = await everything(machine);
      const again = await machine.berth('setup');
      expect(again).toMatchObject({ status: 0 });
      expect(again.stderr).toContain('nothing to do');
      expect(differences(between, await everything(machine))).toEqual([]);
      const record = join(machine.home, 'berth/data/setup/record.json');
      expect((await machine.run(['stat', '-c', '%a', record])).stdout).toBe('600\n');

      expect(await machine.berth('untrust')).toMatchObject({ status: 0 });
      // Chromium makes a database of its own where it finds none: that is not to be taken for ours.
      const copy = join(machine.shared, 'copy');
      await machine.run(['cp', '-a', machine.home, copy]);
      expect(await opened(machine, 'https://anything.dev.local', copy)).toBe(
        'ERR_CERT_AUTHORITY_INVALID',
      );
      expect(await machine.berth('setup', '--undo')).toMatchObject({ status: 0 });
      expect(differences(before, await everything(machine))).toEqual([]);
      expect(await opened(machine, 'https://anything.dev.local', copy)).toBe(
        'ERR_NAME_NOT_RESOLVED',
      );
      expect((await machine.berth('setup', '--undo')).stderr).toContain('nothing to take back');
      expect(differences(before, await everything(machine))).toEqual([]);
    });

    test('with a plain resolv.conf opens each host by the hosts file, and says what is not found', async () => {
      await using machine = await freshMachine();
      await writeFile(
        join(machine.etc, 'resolv.conf'),
        'nameserver 10.99.0.9\noptions timeout:1\n',
      );
      await serve(machine, 'app.dev.local');
      const before = await everything(machine);
      const done = await machine.berth('setup');
      expect(done).toMatchObject({ status: 0 });
      expect(done.stdout).toMatch(/– anything\.dev\.local +not tried: .*needs this again/);
      expect(done.stdout).toMatch(/✓ https:\/\/welcome\.dev\.local\//);
      expect(await opened(machine, 'https://app.dev.local/')).toEqual(good);
      expect(await machine.berth('setup', '--undo')).toMatchObject({ status: 0 });
      expect(differences(before, await everything(machine))).toEqual([]);
    });

    /** Programs of a change: what is run when one is killed in, and the words that it is killed after. */
    test.each([
      ['systemctl', 'restart'],
      ['update-ca-certificates', ''],
      ['certutil', '-A'],
    ])(
      'that was left half set up, by a command that was killed after %s %s, is as before all the same',
      async (program, word) => {
        await using machine = await freshMachine();
        await resolveByDnsmasq(machine);
        await serve(machine, '*.dev.local');
        const before = await everything(machine);
        const repair = await killAfter(machine, program, word);
        const killed = await machine.berth('setup');
        expect(killed).toMatchObject({ status: null });
        expect(killed.stdout).toBe('');
        await repair();
        expect(differences(before, await everything(machine))).not.toEqual([]);
        expect(await machine.berth('setup', '--undo')).toMatchObject({ status: 0 });
        expect(differences(before, await everything(machine))).toEqual([]);

        const again = await killAfter(machine, program, word);
        expect(await machine.berth('setup')).toMatchObject({ status: null });
        await again();
        // Half of a file that was to take another's place.
        await machine.run(['sh', '-c', 'cp -a /etc/hosts /etc/.hosts.berth']);
        expect(await machine.berth('setup')).toMatchObject({ status: 0 });
        expect(await machine.berth('setup', '--undo')).toMatchObject({ status: 0 });
        expect(differences(before, await everything(machine))).toEqual([]);
      },
    );

    test.each([
      ['mv', '/etc/hosts'],
      ['systemctl', 'restart'],
      ['rm', 'dnsmasq.d/berth.conf'],
      ['rm', 'ca-certificates/berth-'],
      ['update-ca-certificates', ''],
      ['rm', 'cert9.db'],
    ])(
      'whose undo was killed after %s %s is as before when it is undone again',
      async (program, word) => {
        await using machine = await freshMachine();
        await resolveByDnsmasq(machine);
        await serve(machine, '*.dev.local');
        const before = await everything(machine);
        expect(await machine.berth('setup')).toMatchObject({ status: 0 });
        const repair = await killAfter(machine, program, word);
        expect(await machine.berth('setup', '--undo')).toMatchObject({ status: null });
        await repair();
        expect(differences(before, await everything(machine))).not.toEqual([]);
        expect(await machine.berth('setup', '--undo')).toMatchObject({ status: 0 });
        expect(differences(before, await everything(machine))).toEqual([]);
        // The resolver heard of it, too.
        expect((await machine.run(['getent', 'ahosts', 'any.dev.local'])).stdout).toBe('');
        expect((await machine.berth('setup', '--undo')).stderr).toContain('nothing to take back');
      },
    );

    test('with two instances has both, and is as before when both are undone, the first one first', async () => {
      await using machine = await freshMachine();
      await resolveByDnsmasq(machine);
      await serve(machine, 'app.dev.local');
      const home = join(machine.shared, 'two');
      const settings = { http: { port: 8081 }, https: { bind: ['127.0.0.1'], port: 8444 } };
      await mkdir(join(home, 'config'), { recursive: true });
      await writeFile(
        join(home, 'config', 'berth.json'),
        JSON.stringify({ ...settings, suffixes: ['test'] }),
      );
      const program = [process.execPath, resolve('dist/cli.cjs')];
      await machine.startService('two', `BERTH_HOME=${home} exec ${program.join(' ')} --headless`);
      const second = (...words: readonly string[]) =>
        machine.run([...program, ...words], { BERTH_HOME: home });
      await eventually('the second one', async () => (await second('status')).status === 0);
      expect(await second('add', 'shop.test', 'http://127.0.0.1:3000')).toMatchObject({
        status: 0,
      });
      const finds = async (host: string): Promise<boolean> =>
        (await machine.run(['getent', 'ahosts', host])).stdout.includes('127.0.0.1');
      // A browser's own, and one that is missing.
      await machine.run(['sh', '-c', firefoxOf(machine.home)]);
      const before = await everything(machine);

      expect(await machine.berth('setup')).toMatchObject({ status: 0 });
      const after = await second('setup');
      expect(after).toMatchObject({ status: 0 });
      // The resolver has room for one: whose it was is said before.
      expect(after.stderr).toContain(
        `has it ask another instance of Berth (${join(machine.home, 'berth/data')}) until now`,
      );
      expect(await finds('app.dev.local')).toBe(true);
      expect(await finds('shop.test')).toBe(true);
      expect(await finds('any.test')).toBe(true);
      expect((await machine.berth('names')).stdout).toContain(
        `dnsmasq asks another instance of Berth (${join(home, 'data')})`,
      );
      const curl = async (url: string): Promise<string> =>
        (await machine.run(['curl', '-sS', url])).stdout;
      expect(await curl('https://app.dev.local/')).toContain(title);
      expect(await curl('https://shop.test:8444/')).toContain(title);

      expect(await machine.berth('setup', '--undo')).toMatchObject({ status: 0 });
      const hosts = await readFile(join(machine.etc, 'hosts'), 'utf8');
      expect(hosts).not.toContain('app.dev.local');
      expect(hosts).toContain('\tshop.test');
      expect(await finds('shop.test')).toBe(true);
      expect(await finds('any.test')).toBe(true);
      expect(await curl('https://shop.test:8444/')).toContain(title);
      expect(await second('setup', '--undo')).toMatchObject({ status: 0 });
      expect(await finds('shop.test')).toBe(false);
      expect(differences(before, await everything(machine))).toEqual([]);
      expect((await machine.berth('setup', '--undo')).stderr).toContain('nothing to take back');
    });

    test('whose CA was made anew for another suffix meanwhile is as before', async () => {
      await using machine = await freshMachine();
      await serve(machine, 'app.dev.local');
      const before = await everything(machine);
      expect(await machine.berth('setup')).toMatchObject({ status: 0 });
      const suffixes = JSON.stringify(['dev.local', 'test', 'localhost']);
      expect(await machine.berth('config', 'set', 'suffixes', suffixes)).toMatchObject({
        status: 0,
      });
      expect(await machine.berth('setup')).toMatchObject({ status: 0 });
      expect(await opened(machine, 'https://welcome.test/')).toMatchObject({ protocol: 'h2' });
      expect(await machine.berth('setup', '--undo')).toMatchObject({ status: 0 });
      expect(differences(before, await everything(machine))).toEqual([]);
    });

    test('whose instance was started with a file from elsewhere trusts what that one needs', async () => {
      await using machine = await freshMachine();
      await resolveByDnsmasq(machine);
      const file = join(machine.shared, 'mine.json');
      const bind = ['127.0.0.1', '::1'];
      await writeFile(
        file,
        JSON.stringify({
          suffixes: ['shop.test'],
          certificates: { names: ['by-hand.example'] },
          http: { bind, port: 80 },
          https: { bind, port: 443 },
          names: { dnsPort: 15_353 },
          driver: 'embedded:',
          user: 'root',
        }),
      );
      const program = `${process.execPath} ${resolve('dist/cli.cjs')}`;
      await machine.startService('berth', `cd /; exec ${program} --headless -c ${file}`);
      await eventually('it serves', async () => (await machine.berth('status')).status === 0);
      const data = join(machine.home, 'berth/data/certificates');
      const text = async (): Promise<string> =>
        (await machine.run(['openssl', 'x509', '-text', '-noout', '-in', join(data, 'ca.pem')]))
          .stdout;

      const done = await machine.berth('setup');
      expect(done).toMatchObject({ status: 0 });
      expect(done.stderr).toContain('https://anything.shop.test/ opens with no warning.');
      const made = await text();
      for (const name of ['shop.test', 'by-hand.example', 'localhost'])
        expect(made).toContain(`DNS:${name}`);
      expect(made).not.toContain('DNS:dev.local');

      // In another directory with a file of its own, too.
      const away = join(machine.shared, 'away');
      await mkdir(join(away, 'config'), { recursive: true });
      await writeFile(join(away, 'config/config.json'), '{"suffixes": ["other.test"]}');
      const trusted = await machine.run(['sh', '-c', `cd ${away} && exec ${program} trust`]);
      expect(trusted).toMatchObject({ status: 0 });
      expect(trusted.stderr + trusted.stdout).not.toContain('added');
      expect(await text()).toBe(made);
      expect((await machine.run(['ls', '-A', join(data, 'previous')])).stdout).toBe('');
      expect(await opened(machine, 'https://welcome.shop.test/')).toMatchObject({ protocol: 'h2' });
      const { stdout } = await machine.berth('doctor', '--json');
      expect(stdout).toMatch(/"id":"certificates.authority"[^}]*"status":"ok"/);
      expect(await machine.berth('untrust')).toMatchObject({ status: 0 });
    });

    test('of a user without rights is set up with one command for who has them, and taken back so', async () => {
      await using machine = await freshMachine();
      await resolveByDnsmasq(machine);
      const home = '/run/ada';
      const install = ['install', '-d', '-o', '65534', '-m', '700', home];
      expect(await machine.run(install)).toMatchObject({ status: 0 });
      const asUser = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
      const program = [process.execPath, resolve('dist/cli.cjs')];
      const setup = (...words: readonly string[]) =>
        machine.run([...asUser, ...program, 'setup', ...words], {
          ...{ HOME: home, BERTH_HOME: `${home}/berth`, XDG_RUNTIME_DIR: '' },
          ...{ DISPLAY: '', WAYLAND_DISPLAY: '', CI: '1' },
        });
      const before = await everything(machine);
      const scripts = (text: string): readonly string[] =>
        [...text.matchAll(/sudo sh (\/\S+)/g)].map(([, path = '']) => path);

      const asked = await setup('--ports');
      expect(asked.status).toBe(8);
      expect(asked.stdout).toMatch(/Chromium.*added/);
      const [script = '', ...others] = scripts(asked.stderr);
      expect(script).toContain(`${home}/berth/data/elevation/to-run/`);
      expect(others).toEqual([]);
      expect(asked.stderr).toContain('Then run "berth setup" again: it tries everything.');
      expect(asked.stderr).not.toContain('berth doctor');
      expect(differences(before, await everything(machine))).toEqual([]);
      expect(await machine.run(['sh', script])).toMatchObject({ status: 0 });
      const done = await setup('--ports');
      // All is done, and without an instance no page was opened.
      expect(done).toMatchObject({ status: 6 });
      expect(done.stdout).toMatch(/✓ System \(.*accepts/);
      expect(done.stderr).toContain('No instance runs, so no page was opened');

      const undone = await setup('--undo');
      expect(undone.status).toBe(8);
      expect((await machine.run(['sh', script])).status).not.toBe(0);
      expect(await machine.run(['sh', scripts(undone.stderr)[0] ?? ''])).toMatchObject({
        status: 0,
      });
      expect(await setup('--undo')).toMatchObject({ status: 0 });
      expect(differences(before, await everything(machine))).toEqual([]);
      expect((await machine.run(['ls', '-A', home])).stdout).toBe('berth\n');
    });

    test('lets a user listen on 80 and 443 with --ports, and no more after --undo', async () => {
      await using machine = await freshMachine();
      const before = await everything(machine);
      const listen = () =>
        machine.run([
          ...['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', process.execPath],
          ...['-e', "require('net').createServer().listen(443, '127.0.0.1', () => process.exit())"],
        ]);
      expect((await listen()).status).not.toBe(0);
      expect((await machine.berth('setup', '--ports')).stdout).toContain(
        'Let every user listen on ports from 80 on',
      );
      expect((await listen()).status).toBe(0);
      expect((await machine.berth('setup', '--ports')).stderr).toContain('nothing to do');
      expect(await machine.berth('setup', '--undo')).toMatchObject({ status: 0 });
      expect((await listen()).status).not.toBe(0);
      expect(differences(before, await everything(machine))).toEqual([]);
    });

    test('has an instance that runs take 80 and 443 once a user may, without a start', async () => {
      await using machine = await freshMachine();
      const home = '/run/ada';
      const install = ['install', '-d', '-o', '65534', '-m', '700', home];
      expect(await machine.run(install)).toMatchObject({ status: 0 });
      const berth = [
        ...['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', 'env'],
        ...[`HOME=${home}`, `BERTH_HOME=${home}/berth`, 'XDG_RUNTIME_DIR=', 'CI=1'],
        ...[process.execPath, resolve('dist/cli.cjs')],
      ];
      const asAda = (...words: readonly string[]) => machine.run([...berth, ...words]);
      await machine.startService('berth', `exec ${berth.join(' ')} --headless`);
      await eventually('an instance of a user', async () => (await asAda('status')).status === 0);
      const ports = async (): Promise<readonly number[]> => {
        const { stdout } = await asAda('status', '--json');
        const { listeners } = JSON.parse(stdout) as { listeners: readonly { port: number }[] };
        return [...new Set(listeners.map(({ port }) => port))];
      };
      expect(await ports()).toEqual([8080, 8443]);
      const asked = await asAda('setup', '--ports');
      expect(await ports()).toEqual([8080, 8443]);
      const [, script = ''] = /sudo sh (\/\S+)/.exec(asked.stderr) ?? [];
      expect(await machine.run(['sh', script])).toMatchObject({ status: 0 });
      await asAda('setup', '--ports');
      expect(await ports()).toEqual([80, 443]);
    });
  });
});

/** Between double quotes of a shell. */
const inShell = (text: string): string => text.replaceAll(/["$`\\]/g, '\\$&');
