import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import packet from 'dns-packet';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { limits } from '../../../shared/limits.ts';
import { answerTo } from './answer.ts';
import { askDns } from './ask.ts';
import { createBudget } from './budget.ts';
import { type DnsServer, startDnsServer } from './server.ts';
import { zonesOf } from './zones.ts';

const zoneOf = zonesOf(['dev.local', 'localhost', 'deep.dev.local']);

const ask = (name: string, type: packet.RecordType, more: Partial<packet.Packet> = {}) => {
  const query = packet.encode({
    type: 'query',
    id: 7,
    flags: packet.RECURSION_DESIRED,
    questions: [{ type, name }],
    ...more,
  });
  const answer = answerTo(query, zoneOf);
  if (answer === null) throw new Error('no answer');
  return packet.decode(answer) as packet.DecodedPacket & { rcode: string };
};

describe('zones', () => {
  test.each([
    ['dev.local', 'dev.local'],
    ['a.b.c.dev.local', 'dev.local'],
    ['x.localhost', 'localhost'],
    ['notdev.local', null],
    ['local', null],
    ['x.deep.dev.local', 'deep.dev.local'],
    ['example.com', null],
    ['anything', null],
    ['', null],
  ])('%j is of %j', (host, zone) => {
    expect(zoneOf(host)).toBe(zone);
  });
});

describe('an answer', () => {
  test.each([
    ['app.dev.local', 'A', ['127.0.0.1']],
    ['app.dev.local', 'AAAA', ['::1']],
    ['dev.local', 'A', ['127.0.0.1']],
    ['not.mapped.dev.local', 'A', ['127.0.0.1']],
    ['app.dev.local', 'ANY', ['127.0.0.1', '::1']],
  ] as const)('of %s %s is %j', (name, type, addresses) => {
    const { answers, flag_aa, flag_rd, flag_ra, rcode, id, authorities } = ask(
      name,
      type as packet.RecordType,
    );
    expect({ rcode, id, flag_aa, flag_rd, flag_ra }).toEqual({
      rcode: 'NOERROR',
      id: 7,
      flag_aa: true,
      flag_rd: true,
      flag_ra: false,
    });
    expect(answers?.map((one) => 'data' in one && one.data)).toEqual(addresses);
    expect(answers?.every((one) => one.name === name)).toBe(true);
    expect(authorities).toEqual([]);
  });

  test.each(['TXT', 'MX', 'SRV', 'NS', 'CNAME', 'DS', 'HTTPS', 'SOA'] as const)(
    'of type %s is no data, with the zone',
    (type) => {
      const { answers, authorities, rcode } = ask('app.dev.local', type as packet.RecordType);
      expect({ rcode, answers }).toEqual({ rcode: 'NOERROR', answers: [] });
      expect(authorities).toEqual([
        expect.objectContaining({
          type: 'SOA',
          name: 'dev.local',
          ttl: limits.dnsTtlSeconds,
          data: expect.objectContaining({ mname: 'dev.local', minimum: limits.dnsTtlSeconds }),
        }),
      ]);
    },
  );

  test('of a zone itself has its SOA', () => {
    expect(ask('dev.local', 'SOA').answers).toEqual([expect.objectContaining({ type: 'SOA' })]);
  });

  test.each(['example.com', 'com', 'dev.local.example.com', 'xdev.local'])(
    'about %s is refused: it is not ours',
    (name) => {
      const { rcode, answers, questions } = ask(name, 'A');
      expect({ rcode, answers }).toEqual({ rcode: 'REFUSED', answers: [] });
      expect(questions?.[0]?.name).toBe(name);
    },
  );

  test('about the root, another class, or a label with a dot in it is refused', () => {
    expect(ask('.', 'A').rcode).toBe('REFUSED');
    expect(
      ask('x.dev.local', 'A', { questions: [{ type: 'A', name: 'x.dev.local', class: 'CH' }] })
        .rcode,
    ).toBe('REFUSED');
    const query = packet.encode({ type: 'query', questions: [{ type: 'A', name: 'x-dev.local' }] });
    query[14] = 0x2e;
    expect(packet.decode(answerTo(query, zoneOf) ?? Buffer.alloc(0))).toMatchObject({
      rcode: 'REFUSED',
    });
  });

  test('has the letters in the case that they came in', () => {
    expect(ask('aPP.dEv.LoCaL', 'A').questions?.[0]?.name).toBe('aPP.dEv.LoCaL');
    expect(ask('aPP.dEv.LoCaL', 'A').answers?.[0]?.name).toBe('aPP.dEv.LoCaL');
  });

  const edns = (ednsVersion: number): packet.OptAnswer => ({
    type: 'OPT',
    name: '.',
    udpPayloadSize: 4096,
    extendedRcode: 0,
    ednsVersion,
    flags: 0,
    flag_do: true,
    options: [],
  });

  test('to EDNS has EDNS, and no other has', () => {
    const [option] = ask('a.dev.local', 'A', { additionals: [edns(0)] }).additionals ?? [];
    expect(option).toMatchObject({ type: 'OPT', udpPayloadSize: limits.maxDnsDatagramBytes });
    expect(ask('a.dev.local', 'A').additionals).toEqual([]);
  });

  test('to a later EDNS says that it is not known', () => {
    const { additionals, answers } = ask('a.dev.local', 'A', { additionals: [edns(1)] });
    expect(answers).toEqual([]);
    expect(additionals?.[0]).toMatchObject({ type: 'OPT', extendedRcode: 1 });
  });

  test('to another operation says that it is not known', () => {
    const query = packet.encode({ type: 'query', questions: [{ type: 'A', name: 'a.dev.local' }] });
    query[2] = 5 << 3;
    expect(packet.decode(answerTo(query, zoneOf) ?? Buffer.alloc(0))).toMatchObject({
      rcode: 'NOTIMP',
    });
  });

  test('to what is no question says so; to a response there is none', () => {
    expect(answerTo(Buffer.alloc(11), zoneOf)).toBeNull();
    const header = Buffer.alloc(12);
    header.writeUInt16BE(99, 0);
    expect(packet.decode(answerTo(header, zoneOf) ?? Buffer.alloc(0))).toMatchObject({
      id: 99,
      rcode: 'FORMERR',
    });
    header.writeUInt16BE(0x8000, 2);
    expect(answerTo(header, zoneOf)).toBeNull();
  });

  test('to two questions, or to a name that points into itself, is a format error', () => {
    const two = packet.encode({
      type: 'query',
      questions: [
        { type: 'A', name: 'a.dev.local' },
        { type: 'A', name: 'b.dev.local' },
      ],
    });
    const loop = Buffer.from([0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xc0, 0x0c, 0, 1, 0, 1]);
    for (const query of [two, loop]) {
      expect(packet.decode(answerTo(query, zoneOf) ?? Buffer.alloc(0))).toMatchObject({
        rcode: 'FORMERR',
      });
    }
  });

  test('to anything at all is one that can be read, with the same id, or none', () => {
    const real = packet.encode({
      type: 'query',
      questions: [{ type: 'A', name: 'app.dev.local' }],
      additionals: [edns(0)],
    });
    const damaged = fc
      .array(fc.tuple(fc.nat(real.length - 1), fc.nat(255)), { maxLength: 6 })
      .chain((edits) =>
        fc.nat(real.length).map((length) => {
          const copy = Buffer.from(real);
          for (const [at, byte] of edits) copy[at] = byte;
          return copy.subarray(0, Math.max(length, 0));
        }),
      );
    const noise = fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(fc.oneof(damaged, noise), (message) => {
        const answer = answerTo(message, zoneOf);
        if (answer === null) {
          return message.length < 12 || (message[2] ?? 0) >= 0x80;
        }
        expect(answer.length).toBeLessThanOrEqual(message.length + 80);
        expect(answer.readUInt16BE(0)).toBe(message.readUInt16BE(0));
        expect(answer.readUInt16BE(2) & 0x8000).toBe(0x8000);
        packet.decode(answer);
        return true;
      }),
      { numRuns: 3000 },
    );
  });
});

test('a budget has so many a second', () => {
  let at = 0;
  const budget = createBudget(2, () => at);
  expect([budget.take(), budget.take(), budget.take()]).toEqual([true, true, false]);
  at = 1000;
  expect(budget.take()).toBe(true);
});

describe('the server', () => {
  let server: DnsServer;
  beforeEach(async () => {
    server = await startDnsServer({ port: 0, zoneOf, now: () => performance.now() });
  });
  afterEach(() => server.close());

  const query = (name = 'app.dev.local', id = 1): Buffer =>
    packet.encode({ type: 'query', id, questions: [{ type: 'A', name }] });
  const framed = (...messages: readonly Buffer[]): Buffer =>
    Buffer.concat(messages.map((message) => packet.streamEncode(packet.decode(message))));

  /** What comes over a connection until so many bytes are there, or it ends. */
  async function exchange(data: Buffer, bytes: number): Promise<Buffer> {
    const socket = connect(server.port, server.address);
    socket.on('error', () => undefined);
    socket.write(data);
    let all = Buffer.alloc(0);
    try {
      for await (const chunk of socket) {
        all = Buffer.concat([all, chunk as Buffer]);
        if (all.length >= bytes) break;
      }
    } catch {
      // Cut off: what came is what there is.
    }
    socket.destroy();
    return all;
  }

  test('answers over UDP, on both families', async () => {
    expect(await askDns(server, 'app.dev.local', 'A', 2000)).toEqual({
      kind: 'addresses',
      addresses: ['127.0.0.1'],
    });
    expect(await askDns(server, 'app.dev.local', 'AAAA', 2000)).toEqual({
      kind: 'addresses',
      addresses: ['::1'],
    });
    expect(await askDns(server, 'example.com', 'A', 2000)).toEqual({
      kind: 'code',
      code: 'REFUSED',
    });
  });

  test('answers over TCP, several questions of one connection in their order', async () => {
    const data = framed(query('a.dev.local', 1), query('b.dev.local', 2));
    const all = await exchange(data, 2 * (2 + 12 + 17 + 16));
    const first = packet.streamDecode(all);
    const second = packet.streamDecode(all.subarray(2 + all.readUInt16BE(0)));
    expect([first.id, second.id]).toEqual([1, 2]);
    expect(second.answers?.[0]).toMatchObject({ name: 'b.dev.local', data: '127.0.0.1' });
  });

  test('puts together a question that comes byte by byte', async () => {
    const socket = connect(server.port, server.address).setNoDelay();
    for (const byte of framed(query())) socket.write(Buffer.from([byte]));
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(packet.streamDecode(answer).answers).toHaveLength(1);
    socket.destroy();
  });

  test('cuts off whoever announces 64 KB', async () => {
    expect((await exchange(Buffer.from([0xff, 0xff, 1, 2, 3]), 1)).length).toBe(0);
    expect((await askDns(server, 'app.dev.local', 'A', 2000)).kind).toBe('addresses');
  });

  test('lets a new connection in, whoever holds all others in silence', async () => {
    const held = Array.from({ length: limits.maxDnsConnections + 20 }, () => {
      const socket = connect(server.port, server.address);
      socket.on('error', () => undefined);
      return socket;
    });
    await Promise.all(held.map((socket) => once(socket, 'connect')));
    expect(packet.streamDecode(await exchange(framed(query()), 40)).answers).toHaveLength(1);
    for (const socket of held) socket.destroy();
  });

  test('says nothing to what is no query, and goes on', async () => {
    const socket = createSocket('udp4');
    for (const junk of [Buffer.alloc(0), Buffer.alloc(5), Buffer.alloc(1400, 0xff)]) {
      socket.send(junk, server.port, server.address);
    }
    expect((await askDns(server, 'app.dev.local', 'A', 2000)).kind).toBe('addresses');
    socket.close();
  });

  test('is on this machine alone, and gone when it is closed', async () => {
    await server.close();
    await server.close();
    expect((await askDns(server, 'app.dev.local', 'A', 2000)).kind).toBe('refused-connection');
    const again = await startDnsServer({ port: server.port, zoneOf, now: () => 0 });
    await again.close();
  });

  test('where nobody can be reached, as on a machine without its loopback device, is no answer', async () => {
    // Not without the right to broadcast: the system refuses that as it refuses what leads nowhere.
    const nowhere = { address: '255.255.255.255', port: server.port };
    expect((await askDns(nowhere, 'app.dev.local', 'A', 2000)).kind).toBe('refused-connection');
  });

  test.each(['udp', 'tcp'])('a port that is taken for %s is none', async (kind) => {
    const other = createServer();
    const udp = createSocket('udp4');
    const port = await (async () => {
      if (kind === 'tcp') {
        await once(other.listen(0, '127.0.0.1'), 'listening');
        return (other.address() as { port: number }).port;
      }
      await new Promise<void>((resolve) => udp.bind(0, '127.0.0.1', resolve));
      return udp.address().port;
    })();
    await expect(startDnsServer({ port, zoneOf, now: () => 0 })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
    if (kind === 'tcp') other.close();
    else udp.close();
  });
});
