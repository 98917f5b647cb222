import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { expect, it } from 'vitest';
import { connectControl } from '../../src/core/client/index.ts';
import { openBrowser } from '../support/chromium.ts';
import { type ControlHarness, startControlHarness } from '../support/controlHarness.ts';
import { describeWith } from '../support/requirement.ts';

/** What a page found when it tried each way in; `open` would be a hole. */
type Report = Readonly<Record<string, string>>;

interface Secrets {
  readonly token: string;
  readonly code: string;
}

/**
 * The page of an attacker who knows everything, the token and a code that is good included: it tries what a page can try on the control plane
 * at `control`, and reports to its own server.
 */
const attack = (control: string, { token, code }: Secrets): string => `<!doctype html>
<title>evil</title>
<iframe name="sink" hidden></iframe>
<form id="form" method="post" enctype="text/plain" target="sink" action="${control}/rpc/hosts/add">
  <input name='{"json":{"name":"evil.local","backends":["http://127.0.0.1:1"],"identifier":"' value='"}}'>
</form>
<script>
const control = ${JSON.stringify(control)};
const token = ${JSON.stringify(token)};
const exchange = control + '/hand-over';
const code = JSON.stringify({ code: ${JSON.stringify(code)} });
const report = {};
const call = control + '/rpc/hosts/add';
const body = JSON.stringify({ json: { name: 'evil.local', backends: ['http://127.0.0.1:1'] } });
const json = { 'Content-Type': 'application/json' };
const bearer = { Authorization: 'Bearer ' + token };
const attempt = async (name, doing) => {
  try { report[name] = await doing(); } catch (error) { report[name] = 'blocked'; }
};
const answered = async (answer) => (answer.ok ? 'open' : 'refused ' + answer.status);
const loaded = (element) => new Promise((resolve) => {
  element.onload = () => resolve('open');
  element.onerror = () => resolve('blocked');
  document.body.append(element);
});
const websocket = (protocols) => new Promise((resolve) => {
  const socket = new WebSocket(control.replace('http', 'ws') + '/rpc', protocols);
  socket.onopen = () => resolve('open');
  socket.onerror = () => resolve('blocked');
});
const all = async () => {
  await attempt('read', async () => answered(await fetch(control + '/metrics')));
  await attempt('read with the token', async () => answered(await fetch(control + '/metrics', { headers: bearer })));
  await attempt('read the page', async () => answered(await fetch(control + '/')));
  await attempt('call', async () => answered(await fetch(call, { method: 'POST', body, headers: json })));
  await attempt('call with the token', async () => answered(await fetch(call, { method: 'POST', body, headers: { ...json, ...bearer } })));
  await attempt('call without asking', async () => {
    const answer = await fetch(call, { method: 'POST', body, mode: 'no-cors', credentials: 'include' });
    return answer.type === 'opaque' || !answer.ok ? 'unreadable' : 'open';
  });
  await attempt('exchange', async () => answered(await fetch(exchange, { method: 'POST', body: code, headers: json })));
  await attempt('exchange without asking', async () => {
    const answer = await fetch(exchange, { method: 'POST', body: code, mode: 'no-cors', credentials: 'include' });
    return answer.type === 'opaque' || !answer.ok ? 'unreadable' : 'open';
  });
  await attempt('websocket', () => websocket([]));
  await attempt('websocket with the token', () => websocket(['berth.rpc.v1', 'berth.token.' + token]));
  await attempt('event source', () => new Promise((resolve) => {
    const source = new EventSource(control + '/rpc/traffic/follow');
    source.onopen = () => resolve('open');
    source.onerror = () => { source.close(); resolve('blocked'); };
  }));
  await attempt('script', () => loaded(Object.assign(document.createElement('script'), { src: control + '/metrics' })));
  await attempt('beacon', async () => { navigator.sendBeacon(call, body); return 'unreadable'; });
  await attempt('form', () => new Promise((resolve) => {
    document.querySelector('iframe').onload = () => resolve('unreadable');
    document.getElementById('form').submit();
  }));
  await fetch('/report', { method: 'POST', body: JSON.stringify(report) });
};
addEventListener('load', () => setTimeout(all));
</script>`;

/** Serves the page of an attacker and waits for its report. */
async function startAttacker(page: string, host: string, port = 0) {
  let tell: (report: Report) => void = () => undefined;
  const report = new Promise<Report>((resolve) => {
    tell = resolve;
  });
  const server: Server = createServer((request, response) => {
    if (request.url !== '/report') {
      response.setHeader('Content-Type', 'text/html');
      response.end(page);
      return;
    }
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    request.on('end', () => {
      response.end();
      tell(JSON.parse(text));
    });
  });
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  return {
    server,
    port: typeof address === 'object' && address !== null ? address.port : 0,
    report,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function codeOf({ socket }: ControlHarness): Promise<string> {
  const { api, close } = await connectControl({ socket });
  const { code } = await api.instance.handOver();
  close();
  return code;
}

/** Nothing was let in, and nothing came as far as a service. */
async function expectNothing(report: Report, harness: ControlHarness, code: string): Promise<void> {
  const { services, said } = harness;
  expect(Object.keys(report)).toHaveLength(14);
  for (const found of Object.values(report))
    expect(found).toMatch(/^(?:blocked|unreadable|refused 40\d)$/);
  expect(services.calls).toEqual([]);
  expect(said).toEqual([
    expect.stringMatching(/^warn: control: a request to the loopback was refused: /),
  ]);
  // Nobody has used the code.
  const taken = await fetch(`http://127.0.0.1:${harness.port}/hand-over`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ code }),
  });
  expect(await taken.json()).toEqual({ token: harness.token });
}

describeWith('chromium', 'a page in a browser, even one that knows the token', () => {
  it.each([
    ['of another site', 'evil.example'],
    ['of another port of this machine', 'localhost'],
    ['of another port of the same address', '127.0.0.1'],
  ])('%s can neither read, nor call, nor open a WebSocket', async (_, host) => {
    await using harness = await startControlHarness();
    const { token } = harness;
    const code = await codeOf(harness);
    const page = attack(`http://127.0.0.1:${harness.port}`, { token, code });
    await using attacker = await startAttacker(page, '127.0.0.1');
    await using browser = await openBrowser({
      url: `http://${host}:${attacker.port}/`,
      names: ['MAP evil.example 127.0.0.1'],
    });
    const report = await attacker.report;
    expect(browser.said).not.toContain('FATAL');
    await expectNothing(report, harness, code);
  });

  it('of a name that leads to this machine once it is loaded (DNS rebinding) cannot, either', async () => {
    await using harness = await startControlHarness();
    // The browser takes the page and the control plane for one origin: name and port are the same.
    const { token } = harness;
    const code = await codeOf(harness);
    const page = attack(`http://rebound.example:${harness.port}`, { token, code });
    await using rebinding = await startRebinding(page, harness.port);
    await using browser = await openBrowser({
      url: `http://rebound.example:${harness.port}/`,
      names: ['MAP rebound.example 127.0.0.2'],
    });
    const report = await rebinding.report;
    expect(browser.said).not.toContain('FATAL');
    expect(rebinding.relayed).toBeGreaterThan(0);
    await expectNothing(report, harness, code);
  });
});

/**
 * A name that first leads to the attacker and then to this machine: what the browser sends after the page goes to the
 * control plane byte for byte, but for the report.
 */
async function startRebinding(page: string, port: number) {
  const attacker = await startAttacker(page, '127.0.0.1');
  let relayed = 0;
  const server: TcpServer = createTcpServer((client) => {
    client.on('error', () => client.destroy());
    client.once('data', (first: Buffer) => {
      const line = first.toString('latin1').split('\r\n', 1)[0] ?? '';
      const isAttackers = / \/(?:report|favicon\.ico)? HTTP/.test(line) && !seen.has(line);
      if (line.startsWith('GET / ')) seen.add(line);
      if (!isAttackers) relayed++;
      const target = connect(isAttackers ? attacker.port : port, '127.0.0.1');
      target.on('error', () => client.destroy());
      target.write(closing(first));
      client.pipe(target);
      target.pipe(client);
    });
  });
  const seen = new Set<string>();
  server.listen(port, '127.0.0.2');
  await once(server, 'listening');
  return {
    report: attacker.report,
    get relayed() {
      return relayed;
    },
    [Symbol.asyncDispose]: async () => {
      server.close();
      await attacker[Symbol.asyncDispose]();
    },
  };
}

/** Each request on a connection of its own, so that each can go its own way. */
const closing = (head: Buffer): Buffer =>
  Buffer.from(
    head.toString('latin1').replace(/\r\nConnection: keep-alive/i, '\r\nConnection: close'),
    'latin1',
  );
