import { limits } from '../../shared/limits.ts';
import { chooseForm, type Form } from './accept.ts';
import type { ListenerHint } from './address.ts';
import { hostRefusedHtml } from './hostRefused.ts';
import { contentSecurityPolicy, errorHtml, refreshOf, reloadingPolicy } from './html.ts';
import type { LocalAnswer, Pages, Problem } from './pages.ts';
import { errorText } from './plain.ts';
import { type ErrorView, type ViewContext, viewOf } from './view.ts';
import { loopbackOf, pacAnswerText, reachOf } from './ways.ts';
import { welcomeHtml, welcomeJson, welcomeSuffix, welcomeText, welcomeView } from './welcome.ts';

export interface PagesOptions {
  /** Contents of `error_<code>.html` and `error_default.html`, by `code` or `default`. */
  readonly staticPages: Readonly<Record<string, string>>;
  readonly suffixes: readonly string[];
  /** Those under each of which one frontend answers. */
  readonly sharedSuffixes: readonly string[];
  readonly version: string;
  /** How clients reach this instance, for the addresses of the welcome page. Plain HTTP on port 80 when left out. */
  readonly listenerHint?: ListenerHint;
  /** Ports of all listeners. That of `listenerHint` alone when left out. */
  readonly ports?: readonly number[];
  /** Arguments by which `redis-cli` reaches the store, quoted for a shell, as `-p 6390`. Never a password. */
  readonly redisCli?: string;
  /** Stands in front of every key of the store. */
  readonly keyPrefix?: string;
  /** `server.deadBackendTTL`, seconds. */
  readonly deadSeconds?: number;
}

const uncached = ['cache-control', 'no-cache', 'pragma', 'no-cache', 'expires', '-1'];

/** Makes every answer that does not come from a backend; see Pages. Holds the pages of `staticDir` ready as bytes. */
export function createPages(options: PagesOptions): Pages {
  const { suffixes, version, listenerHint = { secure: false, port: 80 } } = options;
  const context: ViewContext = {
    sharedSuffixes: options.sharedSuffixes,
    redisCli: options.redisCli ?? '',
    keyPrefix: options.keyPrefix ?? '',
    deadSeconds: options.deadSeconds ?? 30,
  };
  const staticPages = new Map(
    Object.entries(options.staticPages).map(([name, page]) => [name, Buffer.from(page, 'utf8')]),
  );
  const pong = answer(200, Buffer.from('ok'), 'text/plain', uncached);

  return {
    error: (problem, accept) => {
      const form = chooseForm(accept);
      const view = viewOf(problem, context, form === 'html');
      const more = fieldsOf(view);
      const { reload } = view;
      const page = staticPages.get(String(view.status)) ?? staticPages.get('default');
      // As Hipache did: to every client alike, and the page itself says its charset and loads what it likes.
      if (page !== undefined) {
        const again = reload === null ? [] : ['refresh', refreshOf(reload)];
        return answer(view.status, page, 'text/html', [...more, ...again]);
      }
      return inForm(form, view.status, more, {
        html: () => errorHtml(view),
        policy: reload === null ? contentSecurityPolicy : reloadingPolicy,
        json: () => errorJson(problem, view),
        text: () => errorText(view),
      });
    },
    ping: () => pong,
    hostRefused: (refusal) =>
      answer(
        refusal.status,
        Buffer.from(hostRefusedHtml(refusal), 'utf8'),
        'text/html; charset=utf-8',
        [...uncached, 'x-berth-hint', 'host-refused', ...pageFields(contentSecurityPolicy)],
      ),
    welcome: (asked, accept) => {
      const loopback = loopbackOf(asked);
      const suffix = loopback === null ? welcomeSuffix(asked.host, suffixes) : suffixes[0];
      if (suffix === undefined || suffix === null) return null;
      const reach = reachOf(asked, listenerHint);
      if (loopback === 'pac') {
        const pac = pacAnswerText(reach, suffixes, options.ports ?? [listenerHint.port]);
        if (pac === null) return null;
        return answer(200, Buffer.from(pac, 'utf8'), 'application/x-ns-proxy-autoconfig', [
          ...uncached,
          'x-content-type-options',
          'nosniff',
        ]);
      }
      const { host } = asked;
      const view = welcomeView({ host, suffix, suffixes, version, reach }, context);
      return inForm(chooseForm(accept), 200, uncached, {
        html: () => welcomeHtml(view),
        policy: contentSecurityPolicy,
        json: () => welcomeJson(view),
        text: () => welcomeText(view),
      });
    },
  };
}

function errorJson(problem: Problem, view: ErrorView): unknown {
  const { code, status, title, detail, host, frontend, advice } = view;
  return {
    error: {
      code,
      status,
      title,
      detail,
      host,
      frontend,
      attempts: problem.attempts
        .slice(0, limits.maxPageAttempts)
        .map(({ index, outcome, ms }) => ({ index, outcome, ms: Math.round(ms * 10) / 10 })),
      advice: advice.sentence,
      command: advice.command?.line ?? null,
      redisCommand: advice.command?.redis ?? null,
    },
  };
}

/** Fields that say for how long an error holds. */
function fieldsOf(view: ErrorView): readonly string[] {
  if (view.status !== 503) return uncached;
  // What is over by itself soon says when to come again. A 503 with it is no death to a Hipache in front of us either.
  const isAwaited = view.code === 'BERTH_CONTAINER_STARTING';
  const ms = isAwaited ? limits.holdReloadMs : limits.storeRetryMaxMs;
  return [
    // Nor kept for the way back: what is awaited may be there the next moment.
    ...(isAwaited ? ['cache-control', 'no-store'] : uncached),
    'retry-after',
    String(Math.ceil(ms / 1000)),
  ];
}

interface Renderers {
  /** Of the page. */
  readonly policy: string;
  html(): string;
  json(): unknown;
  text(): string;
}

/** Of an answer whose form was chosen. */
const chosenFields = ['vary', 'accept', 'x-content-type-options', 'nosniff'];

const pageFields = (policy: string): readonly string[] => [
  ...chosenFields,
  'content-security-policy',
  policy,
  'referrer-policy',
  'no-referrer',
];

function inForm(
  form: Form,
  status: number,
  more: readonly string[],
  render: Renderers,
): LocalAnswer {
  const safe = [...more, ...chosenFields];
  switch (form) {
    case 'html':
      return answer(status, Buffer.from(render.html(), 'utf8'), 'text/html; charset=utf-8', [
        ...more,
        ...pageFields(render.policy),
      ]);
    case 'json':
      return answer(
        status,
        Buffer.from(`${JSON.stringify(render.json(), null, 2)}\n`, 'utf8'),
        'application/json; charset=utf-8',
        safe,
      );
    case 'text':
      return answer(status, Buffer.from(render.text(), 'utf8'), 'text/plain; charset=utf-8', safe);
  }
}

function answer(
  status: number,
  body: Buffer,
  contentType: string,
  more: readonly string[],
): LocalAnswer {
  return {
    status,
    headers: ['content-type', contentType, 'content-length', String(body.length), ...more],
    body,
  };
}
