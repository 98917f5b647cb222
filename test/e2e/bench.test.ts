import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { describeWhen, describeWith, isLinux, linuxReason } from '../support/requirement.ts';

const report = z.object({
  rows: z.array(z.object({ workload: z.string(), contender: z.string(), failed: z.number() })),
  findings: z.array(z.object({ work: z.string(), subject: z.string(), value: z.number() })),
});

const smokeMs = 180_000;

async function smoke(): Promise<{ code: unknown; said: string; report: z.infer<typeof report> }> {
  const directory = await mkdtemp(join(tmpdir(), 'berth-bench-test-'));
  const json = join(directory, 'bench.json');
  const child = spawn(
    process.execPath,
    ['build/run.mjs', 'test/bench/index.ts', '--smoke', '--json', json],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => {
      said += data.toString('utf8');
    });
  const [code] = await once(child, 'close');
  const text = await readFile(json, 'utf8').catch(() => 'null');
  await rm(directory, { recursive: true, force: true });
  const read = report.safeParse(JSON.parse(text));
  if (!read.success) throw new Error(`no report: ${read.error.message}\n${said}`);
  return { code, said, report: read.data };
}

describeWhen(isLinux, linuxReason, 'the benchmark', () => {
  describeWith(['wrk', 'nginx', 'redis'], 'every part of it, once and shortly', () => {
    it(
      'measures each row without a request that fails',
      async () => {
        const { code, said, report } = await smoke();
        expect(code, said).toBe(0);
        for (const contender of ['nginx', 'berth', 'berth splice'])
          for (const workload of ['GET 200 B', 'GET 1 MB', 'POST 16 KB', 'WebSocket message'])
            expect(report.rows).toContainEqual({ workload, contender, failed: 0 });
        for (const [work, subject] of [
          ['2000 idle connections', 'berth splice'],
          ['10 → 20000 frontends', 'berth splice'],
          ['RSS when more hosts are asked for', 'berth splice'],
          ['1000 backend changes a second', 'berth splice'],
          ['change seen by a request, p99', 'berth splice'],
          ['2 workers on 2 cores', 'berth splice'],
          ['what it costs: records, and so all of these', 'berth splice'],
          ['a connection for a request', 'the supervisor sends them'],
          ['64 connections on 2 workers', 'cluster, shared handle'],
        ])
          expect(report.findings).toContainEqual({ work, subject, value: expect.any(Number) });
      },
      smokeMs,
    );
  });
});
