import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../support/redisServer.ts';
import { serveMessages } from './messages.ts';
import { type Backends, spawnOn, started } from './processes.ts';

/** Where nginx keeps what it writes, and what both of ours have in common. */
export const nginxPreamble = (
  directory: string,
  name: string,
): string => `daemon off; worker_processes 1; user root;
pid ${directory}/${name}.pid; error_log ${directory}/${name}.err;
events { worker_connections 8192; }
http { keepalive_requests 100000000; sendfile on; client_body_temp_path ${directory}/${name}-body;
  proxy_temp_path ${directory}/${name}-proxy; fastcgi_temp_path ${directory}/${name}-f;
  uwsgi_temp_path ${directory}/${name}-u; scgi_temp_path ${directory}/${name}-s;`;

/** nginx, since it costs the least beside what is measured; and one for messages, in this process. */
export async function startBackends(
  directory: string,
): Promise<Backends & { stop(): Promise<void> }> {
  const root = join(directory, 'www');
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, 'small'), 'x'.repeat(200));
  writeFileSync(join(root, '64k'), Buffer.alloc(64 * 1024, 0x78));
  writeFileSync(join(root, '1m'), Buffer.alloc(1024 * 1024, 0x78));
  const http = await freePort();
  const either = [await freePort(), await freePort()] as const;
  const answering = (port: number, text: string): string =>
    `server { listen 127.0.0.1:${port}; location / { return 200 "${text}"; } }`;
  const file = join(directory, 'backend.conf');
  writeFileSync(
    file,
    `${nginxPreamble(directory, 'backend')}
  access_log off;
  server { listen 127.0.0.1:${http} backlog=4096; root ${root}; location = /post { return 200 "ok"; } }
  ${answering(either[0], 'a')}
  ${answering(either[1], 'b')} }`,
  );
  const files = await started('backend', http, spawnOn(null, 'nginx', ['-c', file]));
  const messages = await serveMessages();
  return {
    http,
    messages: messages.port,
    either,
    stop: async () => {
      messages.close();
      await files.stop();
    },
  };
}
