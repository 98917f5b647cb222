import { expect } from 'vitest';
import { connectControl } from '../../src/core/client/index.ts';
import { startBerth } from '../support/berthProcess.ts';
import { startBackend } from '../support/recordingBackend.ts';
import { isLinux, itWhen, linuxReason } from '../support/requirement.ts';
import { runVerb } from '../support/verb.ts';

itWhen(
  isLinux,
  linuxReason,
  'an instance lists what listens on this machine: who, where, and which hosts lead there',
  async () => {
    await using berth = await startBerth();
    const backend = await startBackend({}, { host: '::1' });
    const client = await connectControl({ socket: berth.controlSocket });
    try {
      await client.api.hosts.add({
        name: 'app.test',
        backends: [`http://localhost:${backend.port}`],
      });
      const ports = await client.api.containers.ports();
      expect(ports.find(({ port }) => port === backend.port)).toMatchObject({
        addresses: ['::1'],
        process: { pid: process.pid },
        isOwn: false,
        hosts: ['app.test'],
      });
      expect(ports.find(({ port }) => port === berth.port)?.isOwn).toBe(true);
      expect(ports.map(({ port }) => port)).toEqual(
        ports.map(({ port }) => port).sort((a, b) => a - b),
      );
      const { stdout } = await runVerb(berth.home, ['ports', String(backend.port), '--json']);
      expect(JSON.parse(stdout)).toMatchObject({
        schema: 1,
        ports: [{ port: backend.port, hosts: ['app.test'] }],
      });
    } finally {
      client.close();
      await backend.close();
    }
  },
);
