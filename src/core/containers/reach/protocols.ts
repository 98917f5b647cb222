/** What a server speaks that answers a request with something other than HTTP; null where there is no telling. */
export function whatSpeaks(bytes: Buffer): string | null {
  const text = bytes.subarray(0, 256).toString('latin1');
  for (const [pattern, name] of greetings) if (pattern.test(text)) return name;
  // Length, sequence number 0, then protocol version 10 or an error: the handshake of MySQL.
  if (bytes.length > 5 && bytes[3] === 0 && (bytes[4] === 10 || bytes[4] === 0xff)) return 'MySQL';
  // A frame of settings on stream 0: RFC 9113, section 3.4.
  if (bytes.length >= 9 && bytes[3] === 4 && bytes.readUInt32BE(5) === 0) return 'HTTP/2 alone';
  return null;
}

const greetings: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/^SSH-/, 'SSH'],
  [/^220[ -][^\r\n]*SMTP/i, 'SMTP'],
  [/^220[ -]/, 'FTP'],
  [/^\+OK/, 'POP3'],
  [/^\* OK/, 'IMAP'],
  [/^-(?:ERR|NOAUTH|DENIED|WRONGPASS|LOADING)/, 'the protocol of Redis'],
  [/^ERROR\r\n/, 'the protocol of memcached'],
  [/^AMQP/, 'AMQP'],
  [/^INFO \{/, 'the protocol of NATS'],
  [/^E[\s\S]{4}S(?:FATAL|ERROR)/, 'the protocol of PostgreSQL'],
];

/** An alert or a handshake of TLS in answer to plain HTTP. */
export const isTls = (bytes: Buffer): boolean =>
  (bytes[0] === 0x15 || bytes[0] === 0x16) && bytes[1] === 3;

/** Whether the answer to plain HTTP says that TLS was expected, as web servers do. */
export const asksForTls = (status: number, body: string): boolean =>
  status === 400 &&
  /plain HTTP request was sent to HTTPS port|HTTP request to an HTTPS server|plain HTTP to an SSL-enabled|requires TLS|SSL-enabled server port/i.test(
    body,
  );

/** Databases that answer HTTP to say that they do not speak it. */
export const deniesHttp = (body: string): string | null =>
  body.startsWith('It looks like you are trying to access MongoDB over HTTP') ? 'MongoDB' : null;

/** Servers that hang up on what they do not understand, by the port that they are usually at. */
export function usualAt(port: number): string | null {
  return usual[port] ?? null;
}

const usual: Readonly<Record<number, string>> = {
  1433: 'SQL Server',
  1883: 'MQTT',
  3306: 'MySQL',
  5432: 'PostgreSQL',
  5672: 'AMQP',
  6379: 'Redis',
  9092: 'Kafka',
  27017: 'MongoDB',
};
