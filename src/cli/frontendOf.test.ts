import { expect, test } from 'vitest';
import { frontendOf, nameAdvice } from './frontendOf.ts';

const facts = {
  suffixes: ['dev.local', 'localhost'],
  also: [],
  leadsHere: async (): Promise<boolean> => false,
};

test.each(['app.localhost', 'localhost', '*', '10.0.0.1'])(
  '%s is found without any set-up, and nothing is said',
  async (name) => {
    expect(await nameAdvice(name, facts)).toBeNull();
  },
);

test('a single word is kept as it is, and the name is said that browsers find', async () => {
  expect(await nameAdvice('app', facts)).toBe(
    'app is kept as it is written, and no browser finds it by itself; for the name that the window gives it, write app.dev.local.',
  );
});

test.each([
  ['app.dev.local', 'This machine does not find app.dev.local yet: "berth setup" has it do so.'],
  ['*.dev.local', 'This machine does not find *.dev.local yet: "berth setup" has it do so.'],
  [
    'www.example.com',
    'This machine does not find www.example.com here: "berth names install www.example.com" has it do so.',
  ],
  [
    '*.example.com',
    `This machine does not find names below example.com, which is no suffix. To make it one: berth config set suffixes '["dev.local","localhost","example.com"]' && berth setup.`,
  ],
])('of %s, which this machine does not find, the verb is said', async (name, says) => {
  expect(await nameAdvice(name, facts)).toBe(`${says} Names under .localhost need nothing.`);
});

test('of one that leads here nothing is said; of a wildcard some name is looked up', async () => {
  const asked: string[] = [];
  const leadsHere = async (host: string): Promise<boolean> => Boolean(asked.push(host));
  expect(await nameAdvice('app.dev.local', { ...facts, leadsHere })).toBeNull();
  expect(await nameAdvice('*.dev.local', { ...facts, leadsHere })).toBeNull();
  expect(asked).toEqual(['app.dev.local', 'any.dev.local']);
});

test('where it is found under another suffix, that is said', async () => {
  const also = ['app.test', 'app.localhost'];
  expect(await nameAdvice('app.dev.local', { ...facts, also })).toMatch(
    /has it do so\. As app\.localhost a browser always finds it\.$/,
  );
});

test('a host gets the frontend that the proxy would find, under whichever suffix', () => {
  const hosts = [{ name: 'app.localhost' }, { name: '*.dev.local' }];
  const shared = ['localhost', 'dev.local'];
  expect(frontendOf('app.dev.local', hosts, shared)?.name).toBe('app.localhost');
  expect(frontendOf('app.dev.local', hosts, [])?.name).toBe('*.dev.local');
  expect(frontendOf('x.localhost', hosts, shared)?.name).toBe('*.dev.local');
  expect(frontendOf('x.localhost', hosts, [])).toBeNull();
});
