import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../support/redisServer.ts';
import { nginxPreamble } from './backends.ts';
import { type StartContender, spawnOn, started } from './processes.ts';

/** With its access log on. A body of 16 KB that goes through a file would stand still for 40 ms, again and again. */
export const nginx: StartContender = async ({ directory, backends, cores }) => {
  const port = await freePort();
  const file = join(directory, `nginx-${port}.conf`);
  const proxied = `proxy_http_version 1.1; proxy_set_header Host $host;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;`;
  writeFileSync(
    file,
    `${nginxPreamble(directory, `nginx-${port}`)}
  access_log ${directory}/nginx-access.log combined; client_body_buffer_size 64k;
  upstream b { server 127.0.0.1:${backends.http}; keepalive 128; keepalive_requests 100000000; }
  server { listen 127.0.0.1:${port} backlog=4096;
    location / { proxy_pass http://b; proxy_set_header Connection ""; ${proxied} }
    location = /ws { proxy_pass http://127.0.0.1:${backends.messages};
      proxy_set_header Connection upgrade; proxy_set_header Upgrade $http_upgrade; ${proxied} } } }`,
  );
  return started('nginx', port, spawnOn(cores, 'nginx', ['-c', file]));
};

export const haproxy: StartContender = async ({ directory, backends, cores }) => {
  const port = await freePort();
  const file = join(directory, 'haproxy.cfg');
  writeFileSync(
    file,
    `global
  nbthread 1
  maxconn 4096
defaults
  mode http
  timeout connect 3s
  timeout client 30s
  timeout server 30s
  timeout tunnel 1h
  option forwardfor
  http-reuse always
frontend f
  bind 127.0.0.1:${port}
  use_backend m if { path /ws }
  default_backend b
backend b
  server s 127.0.0.1:${backends.http}
backend m
  server s 127.0.0.1:${backends.messages}
`,
  );
  return started('haproxy', port, spawnOn(cores, 'haproxy', ['-db', '-q', '-f', file]));
};

export const caddy: StartContender = async ({ directory, backends, cores }) => {
  const port = await freePort();
  const file = join(directory, 'Caddyfile');
  writeFileSync(
    file,
    `{
  admin off
  auto_https off
}
http://:${port} {
  bind 127.0.0.1
  log {
    output file ${directory}/caddy-access.log
  }
  reverse_proxy /ws 127.0.0.1:${backends.messages}
  reverse_proxy 127.0.0.1:${backends.http}
}
`,
  );
  const child = spawnOn(cores, 'caddy', ['run', '--adapter', 'caddyfile', '--config', file], {
    stdio: 'ignore',
    env: { ...process.env, GOMAXPROCS: '1', HOME: directory, XDG_DATA_HOME: directory },
  });
  return started('caddy', port, child);
};

export const bareName = 'http-proxy alone';

/** http-proxy with a keep-alive agent and nothing else: what our engine may not cost much more than. */
export const bareHttpProxy: StartContender = async ({ backends, cores }) => {
  const port = await freePort();
  const program = `
    const http = require('node:http');
    const proxy = require('http-proxy').createProxyServer({
      agent: new http.Agent({ keepAlive: true, maxSockets: 100 }), xfwd: true });
    proxy.on('error', (error, request, response) => response.destroy());
    const http1 = 'http://127.0.0.1:${backends.http}', messages = 'http://127.0.0.1:${backends.messages}';
    http.createServer((request, response) => proxy.web(request, response, { target: http1 }))
      .on('upgrade', (request, socket, head) => proxy.ws(request, socket, head, { target: messages, agent: false }))
      .listen(${port}, '127.0.0.1');`;
  return started(bareName, port, spawnOn(cores, process.execPath, ['-e', program]));
};
