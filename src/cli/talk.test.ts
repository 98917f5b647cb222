import { describe, expect, test } from 'vitest';
import { BerthError } from '../shared/errors.ts';
import { createTalk } from './talk.ts';

function talk(options: { isTTY?: boolean; env?: Record<string, string>; debug?: boolean } = {}) {
  let text = '';
  const created = createTalk({
    output: { write: (part) => (text += part), isTTY: options.isTTY ?? false },
    env: options.env ?? {},
    debug: () => options.debug ?? false,
  });
  return { ...created, said: () => text };
}

test('a line carries its level, and debug lines are said only when asked for', () => {
  const quiet = talk();
  quiet.log('debug', 'a');
  quiet.log('info', 'b');
  quiet.log('warn', 'c');
  quiet.log('error', 'd');
  expect(quiet.said()).toBe('berth: b\nberth: warning: c\nberth: error: d\n');
  const loud = talk({ debug: true });
  loud.log('debug', 'a');
  expect(loud.said()).toBe('berth: debug: a\n');
});

describe('colour', () => {
  test.each<[string, Parameters<typeof talk>[0], boolean]>([
    ['on a terminal', { isTTY: true }, true],
    ['not in a pipe', {}, false],
    ['not with NO_COLOR', { isTTY: true, env: { NO_COLOR: '1' } }, false],
    ['with an empty NO_COLOR', { isTTY: true, env: { NO_COLOR: '' } }, true],
    ['not on a dumb terminal', { isTTY: true, env: { TERM: 'dumb' } }, false],
  ])('%s', (_name, options, coloured) => {
    const one = talk(options);
    one.log('warn', 'x');
    expect(one.said().includes('\u001b[')).toBe(coloured);
  });
});

test('control characters of others never reach the terminal', () => {
  const one = talk({ isTTY: true, env: { NO_COLOR: '1' } });
  one.log('info', 'host \u001b[2Jx\u0007\r\u009b');
  expect(one.said()).toBe('berth: host \ufffd[2Jx\ufffd\ufffd\ufffd\n');
});

test('what others chose looks like no line of ours, and hides nothing', () => {
  const one = talk();
  one.log('warn', 'the certificate of x\nberth: error: all is lost: a\u202eb');
  expect(one.said()).toBe(
    'berth: warning: the certificate of x\n  berth: error: all is lost: a\\u202eb\n',
  );
});

test('an error of the catalogue is said with its advice and code, without a stack', () => {
  const one = talk();
  one.error(new BerthError('BERTH_PORT_TAKEN', '127.0.0.1:80, by nginx (pid 7)'));
  expect(one.said()).toBe(
    'berth: error: A port is taken: 127.0.0.1:80, by nginx (pid 7)\nStop its owner, or choose another port. [BERTH_PORT_TAKEN]\n',
  );
});

test('an error of ours is said with its stack', () => {
  const one = talk();
  one.error(new TypeError('oops'));
  expect(one.said()).toMatch(/^berth: error: TypeError: oops\n\s+at /);
});
