import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ControlClient, connectControl } from '../../src/core/client/index.ts';
import type { CheckOutcome } from '../../src/shared/contract/doctor.ts';
import { freePort } from '../support/redisServer.ts';
import { describeWhen } from '../support/requirement.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporaryDirectory.ts';
import { type RunningVerb, startScript } from '../support/verb.ts';
import { startBackend, stopServer, urlOf } from './scene.ts';

const isRoot = process.platform === 'linux' && process.getuid?.() === 0;

describeWhen(
  isRoot,
  'needs root on Linux, for a hosts file of its own',
  "the instance's doctor",
  () => {
    let base: TemporaryDirectory;
    let running: RunningVerb;
    let client: ControlClient;
    let hostsFile: string;
    let data: string;
    let backend: Awaited<ReturnType<typeof startBackend>>;

    beforeAll(async () => {
      base = await temporaryDirectory();
      const home = join(base.path, 'home');
      await mkdir(home, { mode: 0o700 });
      hostsFile = join(base.path, 'hosts');
      data = join(home, 'data');
      await writeFile(hostsFile, '127.0.0.1\tlocalhost\n');
      const config = join(base.path, 'config.json');
      await writeFile(
        config,
        JSON.stringify({
          http: { bind: ['127.0.0.1', '::1'], port: await freePort() },
          driver: 'embedded:',
          user: 'root',
          control: { port: null },
          containers: { enabled: false },
          server: { workers: 1, accessLog: join(base.path, 'access.log') },
        }),
      );
      running = startScript(
        home,
        `exec unshare --mount --propagation private sh -c 'mount --bind ${hostsFile} /etc/hosts && PATH=/usr/sbin:/usr/bin:/sbin:/bin exec "$NODE" "$PROGRAM" --headless -c ${config}'`,
      );
      const socket = join(home, 'run', 'control.sock');
      await running.saying(/access log/);
      client = await connectControl({ socket });
      backend = await startBackend();
      await client.api.hosts.add({ name: 'app.dev.local', backends: [urlOf(backend)] });
    });
    afterAll(async () => {
      client?.close();
      await running?.[Symbol.asyncDispose]();
      stopServer(backend);
      await base?.[Symbol.asyncDispose]();
    });

    /** Outcomes of a run of the instance, by the ids of their checks. */
    async function examined(): Promise<ReadonlyMap<string, CheckOutcome>> {
      const outcomes = new Map<string, CheckOutcome>();
      for await (const event of await client.api.doctor.run()) {
        if (event.kind === 'outcome') outcomes.set(event.outcome.id, event.outcome);
      }
      return outcomes;
    }

    it('has its machine find every host, after it has said how', async () => {
      const before = (await examined()).get('names.hosts');
      expect(before).toMatchObject({
        status: 'problem',
        evidence: 'app.dev.local: this system does not find it',
        fix: { action: { id: 'install-hosts-file' } },
      });
      const action = before?.fix?.action?.id ?? '';
      const { id, lines } = await client.api.doctor.preview({ action });
      expect(lines.join('\n')).toMatch(/\+127\.0\.0\.1\s+app\.dev\.local/);
      expect(await readFile(hostsFile, 'utf8')).toBe('127.0.0.1\tlocalhost\n');

      // A host that came since was not shown, and is not written.
      await client.api.hosts.add({ name: 'later.dev.local', backends: [urlOf(backend)] });
      expect(await client.api.doctor.fix({ plan: id })).toMatchObject({ ok: true });
      await client.api.hosts.remove({ name: 'later.dev.local' });
      expect(await readFile(hostsFile, 'utf8')).not.toContain('later.dev.local');
      expect(await readFile(hostsFile, 'utf8')).toMatch(/^127\.0\.0\.1\tapp\.dev\.local$/m);
      const after = await examined();
      expect(after.get('names.hosts')).toMatchObject({
        status: 'ok',
        evidence: '1 host leads to this machine, by IPv4 and IPv6',
      });
      expect(after.get('names.hosts-file')?.status).toBe('ok');
    });

    it('closes its directories', async () => {
      await chmod(data, 0o755);
      const before = (await examined()).get('instance.directories');
      expect(before?.status).toBe('problem');
      const action = before?.fix?.action?.id ?? '';
      const { id } = await client.api.doctor.preview({ action });
      expect(await client.api.doctor.fix({ plan: id })).toMatchObject({ ok: true });
      expect((await stat(data)).mode & 0o777).toBe(0o700);
      expect((await examined()).get('instance.directories')?.status).toBe('ok');
    });

    it('refuses what is no action of a fix', async () => {
      await expect(client.api.doctor.preview({ action: 'sudo' })).rejects.toMatchObject({
        code: 'BERTH_INPUT_INVALID',
      });
    });

    it('changes nothing that somebody else has changed since it was shown', async () => {
      await client.api.hosts.add({ name: 'second.dev.local', backends: [urlOf(backend)] });
      const { id } = await client.api.doctor.preview({ action: 'install-hosts-file' });
      const edited = `${await readFile(hostsFile, 'utf8')}10.0.0.1\tby-somebody.example\n`;
      await writeFile(hostsFile, edited);
      expect(await client.api.doctor.fix({ plan: id })).toEqual({
        ok: false,
        says: '/etc/hosts has changed since: look again',
        command: null,
      });
      expect(await readFile(hostsFile, 'utf8')).toBe(edited);
      // Once is all that it is good for.
      await expect(client.api.doctor.fix({ plan: id })).rejects.toMatchObject({
        code: 'BERTH_PLAN_OUTDATED',
      });
    });
  },
);
