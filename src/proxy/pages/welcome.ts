import { addressOf } from './address.ts';
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
import { pacAddress, type Reach, type Way, waysWithoutNames } from './ways.ts';

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
  /** How a client comes here that cannot resolve the names. */
  readonly ways: readonly Way[];
  /** Address of the script for browsers, where they can use it. */
  readonly pac: string | null;
}

export interface WelcomeFacts {
  readonly host: string;
  readonly suffix: string;
  readonly suffixes: readonly string[];
  readonly version: string;
  readonly reach: Reach;
}

export function welcomeView(
  { host, suffix, suffixes, version, reach }: WelcomeFacts,
  context: CommandContext,
): WelcomeView {
  const example = `app.${suffix}`;
  // What is under localhost every browser finds.
  const unresolved = `app.${suffixes.find((each) => each !== 'localhost') ?? suffix}`;
  return {
    host,
    version,
    example,
    address: addressOf(example, reach),
    ways: waysWithoutNames(unresolved, reach),
    pac: pacAddress(reach),
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
      `<h2>After that</h2>\n<dl class="parts">\n${view.next.map(({ purpose, line }) => fact(code(line), escapeHtml(purpose))).join('')}</dl>\n` +
      `<h2>Where names do not resolve</h2>\n${view.ways.map(({ purpose, line }) => command({ purpose, line, redis: null })).join('')}` +
      (view.pac === null ? '' : `<p class="lead">${pacHtml(view.pac)}</p>\n`) +
      '</main>\n',
  );
}

const pacUse =
  'In Firefox it goes into Settings, Network Settings, Automatic proxy configuration URL; systems have such a setting for all programs.';

const pacHtml = (pac: string): string =>
  `Browsers find every host of Berth by ${code(pac)}, and everything else as before. ${pacUse}`;

export function welcomeText(view: WelcomeView): string {
  return paragraphs([
    ['Berth is running.'],
    [...column('version', [view.version]), ...column('host', [view.host])],
    commandLines(view.first),
    wrap(`It holds for the next request. Then open ${view.address}`, 80),
    view.next.flatMap(({ purpose, line }) => commandLines({ purpose, line, redis: null })),
    ['Where names do not resolve:'],
    view.ways.flatMap(({ purpose, line }) => commandLines({ purpose, line, redis: null })),
    view.pac === null
      ? []
      : wrap(
          `Browsers find every host of Berth by ${view.pac}, and everything else as before. ${pacUse}`,
          80,
        ),
  ]);
}

export function welcomeJson(view: WelcomeView): unknown {
  const { host, version, example, address, first, next, ways, pac } = view;
  return {
    berth: { status: 'running', version, host },
    example: { host: example, address },
    commands: [first, ...next].map(({ purpose, line, redis }) => ({
      purpose,
      command: line,
      redisCommand: redis,
    })),
    withoutNames: ways.map(({ purpose, line }) => ({ purpose, command: line })),
    proxyAutoConfig: pac,
  };
}
