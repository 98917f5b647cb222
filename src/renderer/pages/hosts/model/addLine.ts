import { parseBackend } from '../../../../shared/model/backend.ts';
import { parseFrontendName } from '../../../../shared/model/hostname.ts';

/** A part of the line that is wrong, from `start` to before `end`. */
interface AddProblem {
  readonly start: number;
  readonly end: number;
  readonly message: string;
}

/** What a line makes. */
export type AddLine =
  | { readonly kind: 'empty' }
  /** Right so far; `missing` is what is still to be written. */
  | { readonly kind: 'partial'; readonly name: string | null; readonly missing: string }
  | { readonly kind: 'wrong'; readonly problem: AddProblem }
  | { readonly kind: 'host'; readonly name: string; readonly backends: readonly string[] };

interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** How a token is meant, by its form alone. `either`: `app:3000` is an address, or a name with its port. */
type Meaning = 'name' | 'backend' | 'either';

const local = 'http://127.0.0.1';

/**
 * Reads the one line with which a host is added: a name and where its server is, in any order, with or without an arrow:
 * `app 3000`, `app → 3000`, `:3000 app`, `app:3000`, `*.preview.dev.local http://10.0.0.5:3000`.
 *
 * @param suffixes what names of one word are completed with: the first of them
 */
export function parseAddLine(text: string, suffixes: readonly string[]): AddLine {
  const tokens = tokensOf(text);
  if (tokens.length === 0) return { kind: 'empty' };
  const meanings = tokens.map((token) => meaningOf(token.text));
  const named = meanings.indexOf('name');
  const both = named === -1 ? meanings.indexOf('either') : -1;
  if (both !== -1) return withBoth(tokens, both, suffixes);

  const backends: string[] = [];
  for (const [index, token] of tokens.entries()) {
    if (index === named) continue;
    if (meanings[index] === 'name') {
      return wrong(token, `A second name. A server is a port such as 3000, or ${token.text}:3000.`);
    }
    const backend = readBackend(token);
    if (typeof backend !== 'string') return backend;
    backends.push(backend);
  }
  const token = tokens[named];
  if (token === undefined) {
    return { kind: 'partial', name: null, missing: 'Now its name: app, or app.dev.local.' };
  }
  return withName(token, backends, suffixes);
}

/** `app:3000` alone is a name and a port; beside other servers, too. */
function withBoth(tokens: readonly Token[], at: number, suffixes: readonly string[]): AddLine {
  const backends: string[] = [];
  let nameToken: Token | null = null;
  for (const [index, token] of tokens.entries()) {
    const colon = token.text.lastIndexOf(':');
    const isSplit = index === at;
    const part = isSplit
      ? { ...token, text: token.text.slice(colon), start: token.start + colon }
      : token;
    if (isSplit) {
      nameToken = { ...token, text: token.text.slice(0, colon), end: token.start + colon };
    }
    const backend = readBackend(part);
    if (typeof backend !== 'string') return backend;
    backends.push(backend);
  }
  return nameToken === null ? { kind: 'empty' } : withName(nameToken, backends, suffixes);
}

function withName(token: Token, backends: readonly string[], suffixes: readonly string[]): AddLine {
  const parsed = parseFrontendName(completedName(token.text, suffixes));
  if (!parsed.ok) return wrong(token, nameProblem(token.text));
  if (backends.length === 0) {
    return {
      kind: 'partial',
      name: parsed.name,
      missing: 'Now its server: a port such as 3000, or an address.',
    };
  }
  return { kind: 'host', name: parsed.name, backends: [...new Set(backends)] };
}

const arrow = /→|⇒|->|=>/g;

function tokensOf(text: string): readonly Token[] {
  const spaced = text.replace(arrow, (found) => ' '.repeat(found.length));
  return [...spaced.matchAll(/\S+/g)].map((match) => ({
    text: match[0],
    start: match.index,
    end: match.index + match[0].length,
  }));
}

function meaningOf(text: string): Meaning {
  if (text.includes('://')) return 'backend';
  if (/^:?\d+$/.test(text) || text.startsWith(':')) return 'backend';
  if (/^\[.*\](:\d*)?$/.test(text)) return 'backend';
  if (/^[^:]+:\d+$/.test(text)) return isAddress(text) ? 'backend' : 'either';
  return 'name';
}

/** What nobody names a host: an IPv4 address, or this machine. */
const isAddress = (text: string): boolean => /^(localhost|\d{1,3}(\.\d{1,3}){3}):/i.test(text);

export const completedName = (name: string, suffixes: readonly string[]): string => {
  const [suffix] = suffixes;
  const isWord = !name.includes('.') && name !== '*' && name !== 'localhost';
  return isWord && suffix !== undefined && suffix !== '' ? `${name}.${suffix}` : name;
};

/** A URL, or what is wrong. */
function readBackend(token: Token): string | Extract<AddLine, { kind: 'wrong' }> {
  const server = readServer(token.text);
  return server.ok ? server.url : wrong(token, server.problem);
}

type ServerParse =
  | { readonly ok: true; readonly url: string }
  | { readonly ok: false; readonly problem: string };

/** Reads where a server is, as a person writes it: `3000`, `:3000`, `box:3000` or a URL. */
export function readServer(text: string): ServerParse {
  const port = /^(?:.*:)?(\d+)\/?$/.exec(text)?.[1];
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) {
    return { ok: false, problem: `A port is a number from 1 to 65535, and not ${port}.` };
  }
  if (/^:?\d+$/.test(text)) return { ok: true, url: `${local}:${Number(port)}` };
  if (text.startsWith(':')) return { ok: false, problem: 'A port is a number from 1 to 65535.' };
  const url = text.includes('://') ? text : `http://${text}`;
  const parsed = parseBackend(url, 0);
  return parsed.ok
    ? { ok: true, url: url.replace(/\/$/, '') }
    : { ok: false, problem: `This address ${parsed.problem}.` };
}

export function nameProblem(text: string): string {
  if (text.includes('*')) return 'A wildcard is * alone, or stands first: *.app.dev.local.';
  if (text.includes('/')) return 'A host has no path: write its name alone.';
  const odd = [...text].find((character) => !/[A-Za-z0-9._-]/.test(character));
  return odd === undefined
    ? 'This is no host name: parts of letters, digits and hyphens, joined by dots.'
    : `A host name has no ${odd === ',' ? 'comma' : JSON.stringify(odd)}.`;
}

const wrong = (
  { start, end }: Pick<Token, 'start' | 'end'>,
  message: string,
): Extract<AddLine, { kind: 'wrong' }> => ({ kind: 'wrong', problem: { start, end, message } });
