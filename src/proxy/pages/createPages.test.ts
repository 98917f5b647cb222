import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorCatalogue, type HttpErrorCode } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';
import { tooManyBackends } from '../../shared/model/frontend.ts';
import { createPages, type PagesOptions } from './createPages.ts';
import type { Asked, LocalAnswer, Problem } from './pages.ts';

const html = 'text/html,application/xhtml+xml,*/*;q=0.8';
const json = 'application/json';

const pagesWith = (options: Partial<PagesOptions> = {}) =>
  createPages({
    staticPages: {},
    suffixes: ['dev.local', 'localhost'],
    sharedSuffixes: [],
    version: '1.2.3',
    ...options,
  });

const pages = pagesWith();
const greet = (hostField: string, target = '/', more: Partial<Asked> = {}): Asked => ({
  method: 'GET',
  host: hostField.replace(/:\d+$/, ''),
  hostField,
  target,
  scheme: 'http',
  ...more,
});

const problem = (changes: Partial<Problem> = {}): Problem => ({
  code: 'BERTH_BACKEND_REFUSED',
  host: 'app.dev.local',
  detail: '',
  frontend: '*.dev.local',
  attempts: [
    { index: 0, url: 'http://10.0.0.7:3000', ms: 2.31, outcome: 'BERTH_BACKEND_REFUSED' },
    { index: 3, url: 'http://10.0.0.8:3000', ms: 3001, outcome: 'BERTH_BACKEND_CONNECT_TIMEOUT' },
  ],
  ...changes,
});

const httpCodes = (Object.keys(errorCatalogue) as (keyof typeof errorCatalogue)[]).filter(
  (code): code is HttpErrorCode => errorCatalogue[code].status !== null,
);

const bodyOf = (answer: LocalAnswer | null): string => answer?.body.toString('utf8') ?? '';

function header(answer: LocalAnswer | null, name: string): string | undefined {
  const at = answer?.headers.findIndex((field, i) => i % 2 === 0 && field === name) ?? -1;
  return at === -1 ? undefined : answer?.headers[at + 1];
}

/** The tags of a document, attributes included: what its text must never change. */
const tagsOf = (document: string): readonly string[] =>
  document.replace(/<style>[^<]*<\/style>/, '').match(/<[^>]*>/g) ?? [];

describe('an error page', () => {
  it('says what is the case, for which host, what was tried and what to do', () => {
    const text = bodyOf(pages.error(problem(), html)).replace(/<style>.*<\/style>/s, '');
    for (const part of [
      '502 Bad Gateway',
      'The backend refused the connection',
      'app.dev.local',
      '*.dev.local',
      '#0 refused after 2 ms',
      '#3 no connection, given up after 3.0 s',
      'Nothing listens there: start the server, or correct its port.',
      'berth health &#39;*.dev.local&#39;',
      'or: <code>redis-cli lrange &#39;frontend:*.dev.local&#39; 0 -1',
      'BERTH_BACKEND_REFUSED',
    ]) {
      expect(text).toContain(part);
    }
  });

  it.each(httpCodes)('exists for %s in every form', (code) => {
    const { status, title } = errorCatalogue[code];
    for (const accept of [html, json, undefined]) {
      const answer = pages.error(problem({ code }), accept);
      expect(answer.status).toBe(status);
      expect(bodyOf(answer)).toContain(accept === html ? title.replaceAll("'", '&#39;') : title);
      expect(bodyOf(answer)).toContain(code);
      expect(header(answer, 'content-length')).toBe(String(answer.body.length));
      const isAwaited = code === 'BERTH_CONTAINER_STARTING';
      expect(header(answer, 'cache-control')).toBe(isAwaited ? 'no-store' : 'no-cache');
      expect(header(answer, 'pragma')).toBe(isAwaited ? undefined : 'no-cache');
      expect(header(answer, 'expires')).toBe(isAwaited ? undefined : '-1');
      expect(header(answer, 'retry-after')).toBe(
        isAwaited ? '1' : status === 503 ? '2' : undefined,
      );
      expect(header(answer, 'refresh')).toBeUndefined();
      expect(answer.headers).not.toContain('connection');
      expect(answer.headers).not.toContain('date');
    }
  });

  it('says by which suffix a frontend was found, and under which names a host was looked for', () => {
    const sharing = pagesWith({ sharedSuffixes: ['localhost', 'dev.local'] });
    const other = problem({ frontend: 'app.localhost' });
    expect(bodyOf(sharing.error(other, html))).toContain('is the same host under another suffix');
    expect(bodyOf(sharing.error(problem(), html))).toContain('matches by wildcard');
    const unknown = problem({ code: 'BERTH_HOST_UNKNOWN', frontend: null, attempts: [] });
    const lines = bodyOf(sharing.error(unknown, undefined)).split('\n');
    const first = lines.findIndex((line) => line.includes('looked for'));
    expect(lines.slice(first, first + 7).map((line) => line.slice(14))).toEqual([
      ...['app.dev.local', 'app.localhost', '*.dev.local', '*.localhost', '*.local', '*', ''],
    ]);
  });

  it('names its type and charset, and forbids guessing another', () => {
    const types = [html, json, '*/*'].map((accept) => {
      const answer = pages.error(problem(), accept);
      expect(header(answer, 'x-content-type-options')).toBe('nosniff');
      expect(header(answer, 'vary')).toBe('accept');
      return header(answer, 'content-type');
    });
    expect(types).toEqual([
      'text/html; charset=utf-8',
      'application/json; charset=utf-8',
      'text/plain; charset=utf-8',
    ]);
  });

  it('is JSON with the facts and without addresses', () => {
    expect(JSON.parse(bodyOf(pages.error(problem({ detail: 'It is down.' }), json)))).toEqual({
      error: {
        code: 'BERTH_BACKEND_REFUSED',
        status: 502,
        title: 'The backend refused the connection',
        detail: 'It is down.',
        host: 'app.dev.local',
        frontend: '*.dev.local',
        attempts: [
          { index: 0, outcome: 'BERTH_BACKEND_REFUSED', ms: 2.3 },
          { index: 3, outcome: 'BERTH_BACKEND_CONNECT_TIMEOUT', ms: 3001 },
        ],
        advice: 'Nothing listens there: start the server, or correct its port.',
        command: "berth health '*.dev.local'",
        redisCommand: "redis-cli lrange 'frontend:*.dev.local' 0 -1",
      },
    });
  });

  it('is text of at most 80 columns for any problem', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...httpCodes),
        fc.string({ maxLength: 300 }),
        fc.option(fc.domain()),
        fc.string({ maxLength: 500 }),
        (code, host, frontend, detail) => {
          const text = bodyOf(pages.error(problem({ code, host, frontend, detail }), undefined));
          expect(text.endsWith('\n')).toBe(true);
          for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
        },
      ),
    );
  });

  it('lists the names that were looked up where no frontend matched', () => {
    const text = bodyOf(
      pages.error(
        problem({ code: 'BERTH_HOST_UNKNOWN', host: 'a.dev.local', frontend: null, attempts: [] }),
        undefined,
      ),
    );
    for (const name of ['a.dev.local', '*.dev.local', '*.local', '*']) {
      expect(text).toMatch(new RegExp(`^ .*${name.replace('*', '\\*')}$`, 'm'));
    }
  });

  it('counts the tries that it does not name', () => {
    const attempts = Array.from({ length: limits.maxPageAttempts + 5 }, () => problem().attempts);
    const text = bodyOf(pages.error(problem({ attempts: attempts.flat() }), undefined));
    expect(text.match(/#\d/g)).toHaveLength(limits.maxPageAttempts);
    expect(text).toContain(`and ${attempts.length * 2 - limits.maxPageAttempts} more`);
  });

  it('never tells where a backend is, nor passwords, nor a stack', () => {
    const detail =
      'connect ECONNREFUSED 10.0.0.7:3000\n    at TCPConnectWrap (node:net:1595:16) http://u:pw@10.0.0.8:3000/';
    for (const code of httpCodes) {
      for (const accept of [html, json, undefined]) {
        const body = bodyOf(pages.error(problem({ code, detail }), accept));
        expect(body).not.toMatch(/10\.0\.0|u:pw|\n {4}at /);
      }
    }
  });
});

describe('the page of a container that starts', () => {
  const starting = (changes: Partial<Problem['container']> = {}): Problem =>
    problem({
      code: 'BERTH_CONTAINER_STARTING',
      frontend: 'app.dev.local',
      detail: 'web of shop started 12 s ago and takes no requests yet.',
      container: {
        what: 'web of shop',
        engine: 'docker',
        awaitedMs: 47_200,
        target: '/basket?of=2',
        ...changes,
      },
    });

  it('loads again by itself, without a script and for as long as it says', () => {
    const answer = pages.error(starting(), html);
    expect(answer.status).toBe(503);
    expect(header(answer, 'retry-after')).toBe('1');
    expect(header(answer, 'cache-control')).toBe('no-store');
    const body = bodyOf(answer);
    expect(body).toContain(
      '<noscript><meta http-equiv="refresh" content="1; url=/./basket?of=2"></noscript>',
    );
    for (const part of [
      '<title>Starting · app.dev.local</title>',
      'The container of this host is starting',
      'web of shop started 12 s ago and takes no requests yet.',
      'This page loads again by itself, for 48 s at most.',
      'berth health app.dev.local',
    ]) {
      expect(body).toContain(part);
    }
  });

  it('runs one script, which its policy knows by its hash, and no other', () => {
    const answer = pages.error(starting(), html);
    const scripts = [...bodyOf(answer).matchAll(/<script>(.*?)<\/script>/gs)];
    expect(scripts.map(([, text]) => text)).toEqual([
      'setTimeout(function(){location.reload()},1000)',
    ]);
    const hash = createHash('sha256')
      .update(scripts[0]?.[1] ?? '')
      .digest('base64');
    const policy = header(answer, 'content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy.endsWith(`; script-src 'sha256-${hash}'`)).toBe(true);
    expect(header(pages.error(problem(), html), 'content-security-policy')).not.toContain('script');
  });

  it.each([
    '//evil.example/',
    '/\\evil.example/',
    '/a"><script>alert(1)</script>',
    "/a';b",
    '/ä',
    '*',
  ])('leads nowhere else, and nothing of the target %j becomes a tag', (target) => {
    const body = bodyOf(pages.error(starting({ target }), html));
    const [, content = ''] = /http-equiv="refresh" content="1; url=([^"]*)"/.exec(body) ?? [];
    const address = content.replaceAll('&lt;', '<').replaceAll('&gt;', '>');
    const origin = 'http://app.dev.local';
    expect(new URL(address.replaceAll('&quot;', '"'), origin).origin).toBe(origin);
    expect(tagsOf(body).filter((tag) => tag.startsWith('<script'))).toHaveLength(1);
  });

  it('does not load again what may not be sent twice', () => {
    const answer = pages.error(starting({ target: null }), html);
    expect(bodyOf(answer)).not.toMatch(/<script|http-equiv/);
    expect(header(answer, 'retry-after')).toBe('1');
    expect(bodyOf(answer)).not.toContain('loads again');
  });

  it('is a 503 with Retry-After for programs', () => {
    for (const accept of [json, '*/*', undefined]) {
      const answer = pages.error(starting(), accept);
      expect(answer.status).toBe(503);
      expect(header(answer, 'retry-after')).toBe('1');
      expect(header(answer, 'refresh')).toBeUndefined();
      expect(bodyOf(answer)).toContain('web of shop started 12 s ago');
      expect(bodyOf(answer)).not.toContain('loads again');
    }
    const { error } = JSON.parse(bodyOf(pages.error(starting(), json)));
    expect(error).toMatchObject({ code: 'BERTH_CONTAINER_STARTING', status: 503 });
  });

  it('loads again with a page of staticDir too', () => {
    const answer = pagesWith({ staticPages: { '503': '<p>ours' } }).error(starting(), html);
    expect(bodyOf(answer)).toBe('<p>ours');
    expect(header(answer, 'refresh')).toBe('1; url=/./basket?of=2');
  });
});

describe('the page of a container that does not run', () => {
  const commandFor = (what: string, engine: 'docker' | 'podman' = 'docker'): unknown => {
    const stopped = problem({
      code: 'BERTH_CONTAINER_STOPPED',
      detail: `Its container ${what} does not run.`,
      frontend: 'app.dev.local',
      attempts: [],
      container: { what, engine, awaitedMs: 0, target: '/' },
    });
    const answer = pages.error(stopped, json);
    expect(answer.status).toBe(502);
    expect(header(answer, 'refresh')).toBeUndefined();
    return JSON.parse(bodyOf(answer)).error.command;
  };

  it('says how to start it', () => {
    expect(commandFor('web of shop')).toBe('docker compose -p shop start web');
    expect(commandFor('shop-web-1')).toBe('docker start shop-web-1');
    expect(commandFor('shop-web-1', 'podman')).toBe('podman start shop-web-1');
    expect(commandFor('web of shop', 'podman')).toBe('podman compose -p shop start web');
  });

  it.each(['a; rm -rf ~', '$(id)', '-h', '--help of shop', 'web of $(id)', 'a of b of c d', ''])(
    'gives no command for %j, which no engine calls a container',
    (what) => {
      expect(commandFor(what)).toBe('berth containers');
    },
  );
});

describe('a command on an error page', () => {
  /** By `berth`, and by redis-cli. */
  const commandsOf = (
    changes: Partial<Problem>,
    options: Partial<PagesOptions> = {},
  ): readonly unknown[] => {
    const { error } = JSON.parse(bodyOf(pagesWith(options).error(problem(changes), json)));
    return [error.command, error.redisCommand];
  };

  it('has the host of the request filled in', () => {
    const unknown = { code: 'BERTH_HOST_UNKNOWN', frontend: null, attempts: [] } as const;
    expect(commandsOf(unknown)).toEqual([
      'berth add app.dev.local 3000',
      'redis-cli rpush frontend:app.dev.local app http://127.0.0.1:3000',
    ]);
    expect(commandsOf({ ...unknown, host: '[::1]' })).toEqual([
      "berth add '[::1]' 3000",
      "redis-cli rpush 'frontend:[::1]' '[::1]' http://127.0.0.1:3000",
    ]);
    expect(commandsOf({ code: 'BERTH_BACKENDS_DEAD' })).toEqual([
      "berth health revive '*.dev.local'",
      "redis-cli del 'dead:*.dev.local'",
    ]);
  });

  it('ends the draining of backends by the command line, for which Redis has no one command', () => {
    const drained = { code: 'BERTH_BACKENDS_DRAINED', frontend: 'app.dev.local' } as const;
    expect(commandsOf(drained)).toEqual(['berth health revive app.dev.local', null]);
    for (const accept of [html, undefined]) {
      const body = bodyOf(pages.error(problem(drained), accept));
      expect(body).toContain('berth health revive app.dev.local');
      expect(body).not.toMatch(/redis|null|^or:|>or:/m);
    }
  });

  it('says after how many seconds a dead mark ends', () => {
    const page = pagesWith({ deadSeconds: 45 }).error(
      problem({ code: 'BERTH_BACKENDS_DEAD' }),
      json,
    );
    expect(bodyOf(page)).toContain('a mark ends by itself after 45 s.');
  });

  it('shows what is stored: the type where it should be a list, the elements or their number where it is one', () => {
    const said = (code: HttpErrorCode, detail: string) => {
      const { error } = JSON.parse(bodyOf(pages.error(problem({ code, detail }), json)));
      return [error.detail, error.advice, error.command, error.redisCommand];
    };
    expect(said('BERTH_FRONTEND_INVALID', 'it is not a list')).toEqual([
      'it is not a list',
      'It must be a list: an identifier, then backend URLs.',
      "berth lint '*.dev.local'",
      "redis-cli type 'frontend:*.dev.local'",
    ]);
    expect(said('BERTH_FRONTEND_INVALID', tooManyBackends)).toEqual([
      'it lists more than 4096 backends',
      'Shorten the list.',
      "berth lint '*.dev.local'",
      "redis-cli llen 'frontend:*.dev.local'",
    ]);
    expect(said('BERTH_BACKENDS_INVALID', 'backend #1 is not a URL')).toEqual([
      'backend #1 is not a URL',
      'Correct what is named: a backend is http://HOST:PORT or https://HOST:PORT, and #0 stands after the identifier.',
      "berth lint '*.dev.local'",
      "redis-cli lrange 'frontend:*.dev.local' 0 -1",
    ]);
    expect(said('BERTH_FRONTEND_EMPTY', '')).toEqual([
      '',
      'Add a backend: the address of the server that is to answer.',
      "berth add '*.dev.local' 3000",
      "redis-cli rpush 'frontend:*.dev.local' http://127.0.0.1:3000",
    ]);
  });

  it('reaches the store that is in use', () => {
    expect(
      commandsOf(
        { code: 'BERTH_BACKENDS_DEAD', frontend: 'app.dev.local' },
        { redisCli: '-p 6390', keyPrefix: 'team:' },
      ),
    ).toEqual([
      'berth health revive app.dev.local',
      'redis-cli -p 6390 del team:dead:app.dev.local',
    ]);
  });

  it.each(['a; rm -rf ~', '$(id)', '`id`', "a'b", 'a\nb', '-h', 'a.dev.local:80', '', '*.', 'a b'])(
    'is left out for the name %j, which could not be a frontend',
    (name) => {
      const none = [null, null];
      expect(commandsOf({ code: 'BERTH_HOST_UNKNOWN', host: name, frontend: null })).toEqual(none);
      expect(commandsOf({ frontend: name })).toEqual(none);
    },
  );

  it('is read by a shell as the words that are meant, from the text form too', () => {
    for (const host of ['a.dev.local', `${'long-label.'.repeat(4)}dev.local`]) {
      const text = bodyOf(
        pages.error(problem({ code: 'BERTH_HOST_UNKNOWN', host, frontend: null }), undefined),
      );
      const wordsOf = (program: string): string => {
        const command = new RegExp(`^ {2}${program}((?:.*\\\\\n)*.*)$`, 'm').exec(text)?.[1] ?? '';
        return execFileSync('sh', ['-c', `printf '%s\\n' ${command}`], { encoding: 'utf8' });
      };
      const label = host.slice(0, host.indexOf('.'));
      expect(wordsOf('berth')).toBe(`add\n${host}\n3000\n`);
      expect(wordsOf('redis-cli')).toBe(
        `rpush\nfrontend:${host}\n${label}\nhttp://127.0.0.1:3000\n`,
      );
    }
  });
});

describe('the page of a paused host', () => {
  it.each([
    ['html', html],
    ['json', json],
    ['text', undefined],
  ])('says who can resume it, and how, as %s', (_form, accept) => {
    const answer = pages.error(
      problem({
        code: 'BERTH_HOST_PAUSED',
        frontend: 'app.dev.local',
        detail: 'app.dev.local is paused: nothing is sent to its backends.',
        attempts: [],
      }),
      accept,
    );
    expect(answer.status).toBe(503);
    const body = bodyOf(answer).replaceAll(/\s+/g, ' ');
    for (const part of [
      'This host is paused',
      'app.dev.local is paused: nothing is sent to its backends.',
      'Whoever runs this Berth paused it, and can resume it in the app or by a command.',
      'berth set app.dev.local --resume',
    ]) {
      expect(body).toContain(part);
    }
    expect(body).not.toContain('redis-cli');
  });
});

describe('text of unknown origin on a page', () => {
  const attacks = [
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    '</title><script>alert(1)</script>',
    '</style><script>alert(1)</script>',
    '<!--',
    '-->',
    ']]>',
    '&lt;script&gt;',
    '&#60;script&#62;',
    'javascript:alert(1)',
    '`\x24{alert(1)}`',
    '<svg/onload=alert(1)>',
    '\u0000<script>',
    '\ud800<script>',
    '\u202egpj.exe',
    '<a href="//evil.example">',
    '%3Cscript%3E',
    '{{constructor.constructor("alert(1)")()}}',
  ];

  const plainTags = tagsOf(
    bodyOf(
      pages.error(
        problem({ host: 'x', frontend: 'y', detail: 'z', code: 'BERTH_BACKEND_RESET' }),
        html,
      ),
    ),
  );
  const tagsWith = (text: string): readonly string[] =>
    tagsOf(
      bodyOf(
        pages.error(
          problem({ host: text, frontend: text, detail: text, code: 'BERTH_BACKEND_RESET' }),
          html,
        ),
      ),
    );
  /** A frontend equal to its host lacks the words about the wildcard. */
  const comparable = (tags: readonly string[]): readonly string[] =>
    tags.filter((tag) => !tag.startsWith('<span') && tag !== '</span>');

  it.each(attacks)('changes no tag: %j', (attack) => {
    expect(comparable(tagsWith(attack))).toEqual(comparable(plainTags));
    const body = bodyOf(
      pages.error(problem({ host: attack, frontend: attack, detail: attack }), html),
    );
    expect(body).not.toMatch(/<script|<img|<a |onerror=alert\(1\)>|\u202e|\u0000/);
  });

  it('changes no tag, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 100 }), (text) => {
        expect(comparable(tagsWith(`x${text}`))).toEqual(comparable(plainTags));
      }),
    );
  });

  it('is cut where it is very long', () => {
    const host = `start.${'a'.repeat(100_000)}.end`;
    for (const accept of [html, json, undefined]) {
      const answer = pages.error(problem({ host, frontend: host, detail: host }), accept);
      expect(answer.body.length).toBeLessThan(8000);
      expect(bodyOf(answer)).toContain('.end');
    }
  });

  it('is valid UTF-8 and JSON when it has control characters and half characters', () => {
    const body = bodyOf(pages.error(problem({ host: 'a\u0000\r\n\ud800b' }), json));
    expect(JSON.parse(body).error.host).toBe('a\ufffd\ufffd\ufffd\ufffdb');
  });
});

describe('the HTML', () => {
  const documents = [
    pages.error(problem(), html),
    pages.error(problem({ code: 'BERTH_HOST_UNKNOWN', frontend: null, attempts: [] }), html),
    pages.welcome(greet('welcome.dev.local'), html),
  ];

  it('may load nothing but its own style sheet, and run nothing', () => {
    for (const answer of documents) {
      const body = bodyOf(answer);
      const policy = header(answer, 'content-security-policy') ?? '';
      const style = /<style>(.*)<\/style>/s.exec(body)?.[1] ?? '';
      const hash = createHash('sha256').update(style, 'utf8').digest('base64');
      expect(policy).toBe(
        `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'`,
      );
      expect(body).not.toMatch(/<script|\sstyle=|\son\w+=|@import|url\(/);
      expect(body.match(/(?:src|href)="(?!data:|http:\/\/app\.dev\.local)/)).toBeNull();
    }
  });

  it('closes every element that it opens', () => {
    const empty = new Set(['!doctype', 'meta', 'link']);
    for (const answer of documents) {
      const open: string[] = [];
      for (const tag of tagsOf(bodyOf(answer))) {
        const name = /^<\/?([!\w]+)/.exec(tag)?.[1] ?? '';
        if (tag.startsWith('</')) expect(open.pop()).toBe(name);
        else if (!tag.endsWith('/>') && !empty.has(name)) open.push(name);
      }
      expect(open).toEqual([]);
    }
  });

  it('has text of at least 4.5:1 in both themes', () => {
    const style = /<style>(.*)<\/style>/s.exec(bodyOf(documents[0] ?? null))?.[1] ?? '';
    const themes = [...style.matchAll(/:root\{([^}]*)\}/g)].map(([, rules = '']) =>
      Object.fromEntries(
        [...rules.matchAll(/--(\w+):(#\w+)/g)].map(([, name, color]) => [name, color]),
      ),
    );
    expect(themes).toHaveLength(2);
    for (const theme of themes) {
      for (const ground of ['page', 'panel']) {
        for (const ink of ['text', 'dim', 'accent', 'up', 'degraded', 'down', 'unknown']) {
          expect(contrast(theme[ink] ?? '', theme[ground] ?? '')).toBeGreaterThanOrEqual(4.5);
        }
      }
    }
  });
});

/** WCAG 2 contrast ratio of two `#rgb` or `#rrggbb` colours. */
function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color: string): number {
  const digits = color.length === 4 ? color.replace(/\w/g, '$&$&') : color;
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(digits.slice(at, at + 2), 16) / 255;
    return channel <= 0.03928 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

describe('pages of staticDir', () => {
  const own = pagesWith({ staticPages: { '502': '<h1>ours</h1>', default: 'über' } });

  it('go first, to every client alike, as Hipache served them', () => {
    for (const accept of [html, json, undefined]) {
      expect(own.error(problem(), accept)).toEqual({
        status: 502,
        headers: [
          'content-type',
          'text/html',
          'content-length',
          '13',
          'cache-control',
          'no-cache',
          'pragma',
          'no-cache',
          'expires',
          '-1',
        ],
        body: Buffer.from('<h1>ours</h1>'),
      });
    }
  });

  it('stand in for every other status as the default', () => {
    const answer = own.error(problem({ code: 'BERTH_BACKEND_TIMEOUT' }), json);
    expect(answer.status).toBe(504);
    expect(bodyOf(answer)).toBe('über');
    expect(header(answer, 'content-length')).toBe('5');
  });

  it('replace neither the ping nor the welcome page', () => {
    expect(bodyOf(own.ping())).toBe('ok');
    expect(bodyOf(own.welcome(greet('welcome.dev.local'), html))).toContain('Berth is running');
  });
});

describe('the ping', () => {
  it('answers as Hipache did', () => {
    const answer = pages.ping();
    expect(answer.status).toBe(200);
    expect(bodyOf(answer)).toBe('ok');
    expect(header(answer, 'content-type')).toBe('text/plain');
    expect(header(answer, 'content-length')).toBe('2');
    expect(header(answer, 'cache-control')).toBe('no-cache');
  });
});

describe('the welcome page', () => {
  it('is for welcome under a configured suffix and for nothing else', () => {
    for (const host of ['welcome.dev.local', 'welcome.localhost']) {
      expect(pages.welcome(greet(host), html)?.status).toBe(200);
    }
    for (const host of [
      'welcome',
      'dev.local',
      'a.welcome.dev.local',
      'welcome.dev.locals',
      '',
      'x',
    ]) {
      expect(pages.welcome(greet(host), html)).toBeNull();
    }
  });

  it('says which version runs and how to add the first host, in every form', () => {
    const { welcome } = pagesWith({
      listenerHint: { secure: false, port: 8080 },
      redisCli: '-p 6390',
    });
    for (const accept of [html, json, undefined]) {
      const body = bodyOf(welcome(greet('welcome.localhost'), accept));
      expect(body).toContain('1.2.3');
      const first = body.indexOf('berth add app.localhost 3000');
      expect(first).toBeGreaterThan(0);
      expect(
        body.indexOf('redis-cli -p 6390 rpush frontend:app.localhost app http://127.0.0.1:3000'),
      ).toBeGreaterThan(first);
      for (const next of ['berth hosts', 'berth health', 'berth rm app.localhost']) {
        expect(body).toContain(next);
      }
      expect(body).toContain('http://app.localhost:8080/');
    }
  });

  it('is text of at most 80 columns', () => {
    for (const line of bodyOf(pages.welcome(greet('welcome.dev.local'), undefined)).split('\n')) {
      expect(line.length).toBeLessThanOrEqual(80);
    }
  });
});

describe('the page of the machine itself', () => {
  const own = pagesWith({ listenerHint: { secure: false, port: 8080 }, ports: [8080, 8443] });

  it.each(['127.0.0.1', '127.0.0.1:8080', 'localhost:9000', '[::1]:8080'])(
    'is at / of %s, and says how to come here where names do not resolve',
    (authority) => {
      for (const accept of [html, json, undefined]) {
        const body = bodyOf(own.welcome(greet(authority, '/?x'), accept));
        const port = /:(\d+)$/.exec(authority)?.[1] ?? '80';
        const address = authority.startsWith('[') ? '[::1]' : '127.0.0.1';
        const shown =
          accept === html ? body.replaceAll('&#39;', "'") : body.replace(/ \\\n +/g, ' ');
        const at = port === '80' ? '' : `:${port}`;
        for (const part of [
          `app.dev.local:${port}:${address}`,
          `http://app.dev.local${at}/`,
          "'Host: app.dev.local'",
          'http://app.dev.local/',
          `http://${authority}/proxy.pac`,
        ]) {
          expect(shown).toContain(part);
        }
      }
    },
  );

  it('is nowhere else, and for nothing but looking', () => {
    expect(own.welcome(greet('127.0.0.1', '/x'), html)).toBeNull();
    expect(own.welcome(greet('127.0.0.1', '/', { method: 'POST' }), html)).toBeNull();
    expect(own.welcome(greet('127.0.0.2'), html)).toBeNull();
    expect(pagesWith({ suffixes: [] }).welcome(greet('localhost'), html)).toBeNull();
  });

  it('has the script for browsers beside it, with the address by which it was asked for', () => {
    const answer = own.welcome(greet('localhost:9000', '/proxy.pac'), undefined);
    expect(answer?.headers).toContain('application/x-ns-proxy-autoconfig');
    expect(bodyOf(answer)).toContain('"PROXY localhost:9000"');
    expect(bodyOf(answer)).toContain('[80,443,9000,8080,8443]');
    expect(own.welcome(greet('app.dev.local', '/proxy.pac'), html)).toBeNull();
  });

  it('names the port for plain HTTP to whoever asked by HTTPS, and no script where there is none', () => {
    const asked = greet('localhost:8443', '/proxy.pac', { scheme: 'https' });
    expect(bodyOf(own.welcome(asked, undefined))).toContain('"PROXY localhost:8080"');
    const secure = pagesWith({ listenerHint: { secure: true, port: 8443 } });
    expect(secure.welcome(asked, undefined)).toBeNull();
    const body = bodyOf(secure.welcome(greet('localhost:8443', '/', { scheme: 'https' }), html));
    expect(body).toContain('curl -k --resolve app.dev.local:8443:127.0.0.1');
    expect(body).not.toContain('proxy.pac');
  });
});
