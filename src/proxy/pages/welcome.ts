import { addressOf, type ListenerHint } from './address.ts';
import {
  addBackend,
  addFrontend,
  berthCommand,
  type Command,
  type CommandContext,
  examplePort,
  removeFrontend,
} from './advice.ts';
import { code, command, document, fact, shape } from './html.ts';
import { column, commandLines, paragraphs } from './plain.ts';
import { escapeHtml, wrap } from './text.ts';

/** The host that greets under each suffix. */
const welcomeLabel = 'welcome';

/** The suffix of a welcome host, or null when the host is none. */
export function welcomeSuffix(host: string, suffixes: readonly string[]): string | null {
  return suffixes.find((suffix) => host === `${welcomeLabel}.${suffix}`) ?? null;
}

/** What the welcome page says; the same for every form of it. */
export interface WelcomeView {
  readonly host: string;
  readonly version: string;
  /** A host to begin with, and its address. */
  readonly example: string;
  readonly address: string;
  readonly first: Command;
  readonly next: readonly Command[];
}

export function welcomeView(
  suffix: string,
  version: string,
  hint: ListenerHint,
  context: CommandContext,
): WelcomeView {
  const example = `app.${suffix}`;
  return {
    host: `${welcomeLabel}.${suffix}`,
    version,
    example,
    address: addressOf(example, hint),
    first: {
      purpose: `To give a server on port ${examplePort} of this machine the name ${example}`,
      ...addFrontend(example, context),
    },
    next: [
      {
        purpose: 'To share its load with a second server',
        ...addBackend(example, examplePort + 1, context),
      },
      {
        purpose: `To answer for every host below ${example}`,
        ...addFrontend(`*.${example}`, context),
      },
      { purpose: 'To see every host', line: berthCommand('hosts'), redis: null },
      {
        purpose: 'To see what is up or down, and why',
        line: berthCommand('health'),
        redis: null,
      },
      { purpose: 'To remove it', ...removeFrontend(example, context) },
    ],
  };
}

export function welcomeHtml(view: WelcomeView): string {
  return document(
    'Berth is running',
    `<main>\n<p class="state up">${shape('up')}Up</p>\n<h1>Berth is running</h1>\n` +
      `<p class="subject dim">Version ${escapeHtml(view.version)}, answering for ${code(view.host)}</p>\n` +
      `<h2>Name your first server</h2>\n${command(view.first)}` +
      `<p class="lead">It holds for the next request. Then open <a href="${escapeHtml(view.address)}">${escapeHtml(view.address)}</a></p>\n` +
      `<h2>After that</h2>\n<dl class="parts">\n${view.next.map(({ purpose, line }) => fact(code(line), escapeHtml(purpose))).join('')}</dl>\n</main>\n`,
  );
}

export function welcomeText(view: WelcomeView): string {
  return paragraphs([
    ['Berth is running.'],
    [...column('version', [view.version]), ...column('host', [view.host])],
    commandLines(view.first),
    wrap(`It holds for the next request. Then open ${view.address}`, 80),
    view.next.flatMap(({ purpose, line }) => commandLines({ purpose, line, redis: null })),
  ]);
}

export function welcomeJson(view: WelcomeView): unknown {
  const { host, version, example, address, first, next } = view;
  return {
    berth: { status: 'running', version, host },
    example: { host: example, address },
    commands: [first, ...next].map(({ purpose, line, redis }) => ({
      purpose,
      command: line,
      redisCommand: redis,
    })),
  };
}
