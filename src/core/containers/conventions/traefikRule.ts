/** What a rule of a Traefik router asks for. */
interface RuleHosts {
  /** As written: may be no host names; and what else the rule asks of requests for them, as `PathPrefix`. */
  readonly hosts: ReadonlyMap<string, ReadonlySet<string>>;
  /** Whether it holds for further hosts: those of a pattern, or any host at all. */
  readonly others: 'none' | 'pattern' | 'any';
}

export type RuleParse =
  | { readonly ok: true; readonly rule: RuleHosts }
  | { readonly ok: false; readonly problem: string };

/**
 * Reads a rule of Traefik 2 and 3, as `` Host(`a.test`, `b.test`) && PathPrefix(`/api`) ``: matchers with values between
 * backticks or double quotes, `&&`, `||`, `!` and parentheses
 * (https://doc.traefik.io/traefik/v3.8/reference/routing-configuration/http/routing/rules-and-priority/,
 * https://doc.traefik.io/traefik/v2.11/routing/routers/#rule).
 */
export function parseRule(text: string): RuleParse {
  try {
    return { ok: true, rule: new RuleReader(text).read() };
  } catch (error) {
    if (error instanceof RuleError) return { ok: false, problem: error.message };
    throw error;
  }
}

/** The same of Traefik 1: `Host:a.test,b.test;PathPrefix:/api` (https://doc.traefik.io/traefik/v1.7/basics/#matchers). */
export function parseOldRule(text: string): RuleParse {
  let match = everything;
  for (const part of text.split(';')) {
    const colon = part.indexOf(':');
    if (colon === -1)
      return { ok: false, problem: 'each part of it is a matcher, a colon and values' };
    const name = part.slice(0, colon).trim();
    const values = part.slice(colon + 1).split(',');
    match = both(
      match,
      matcher(
        name,
        values.map((value) => value.trim()),
      ),
    );
  }
  return { ok: true, rule: match };
}

class RuleError extends Error {}

interface Match extends RuleHosts {
  /** What it asks of requests for the other hosts. */
  readonly conditions: ReadonlySet<string>;
}

const none: ReadonlySet<string> = new Set();
const everything: Match = { hosts: new Map(), others: 'any', conditions: none };
const strength = { none: 0, pattern: 1, any: 2 } as const;

/** Levels of parentheses and `!`: the reader goes down into them by calling itself. */
const maxDepth = 32;

function matcher(name: string, values: readonly string[]): Match {
  switch (name.toLowerCase()) {
    case 'host':
    case 'hostheader':
      return {
        hosts: new Map(values.map((host) => [host, none])),
        others: 'none',
        conditions: none,
      };
    case 'hostregexp':
      return { hosts: new Map(), others: 'pattern', conditions: none };
    default:
      return { hosts: new Map(), others: 'any', conditions: new Set([name]) };
  }
}

/** `a && b` */
function both(a: Match, b: Match): Match {
  const hosts = new Map<string, ReadonlySet<string>>();
  for (const [host, conditions] of a.hosts) {
    const other = b.hosts.get(host) ?? (b.others === 'none' ? null : othersOf(b));
    if (other !== null) hosts.set(host, union(conditions, other));
  }
  for (const [host, conditions] of b.hosts) {
    if (a.others !== 'none' && !a.hosts.has(host)) hosts.set(host, union(conditions, othersOf(a)));
  }
  const others = strength[a.others] < strength[b.others] ? a.others : b.others;
  return { hosts, others, conditions: union(a.conditions, b.conditions) };
}

/** `a || b` */
function either(a: Match, b: Match): Match {
  const hosts = new Map(a.hosts);
  for (const [host, conditions] of b.hosts) {
    const known = hosts.get(host);
    const isFree = conditions.size === 0 || known?.size === 0;
    hosts.set(host, isFree ? none : union(conditions, known ?? none));
  }
  const others = strength[a.others] > strength[b.others] ? a.others : b.others;
  return { hosts, others, conditions: union(a.conditions, b.conditions) };
}

const othersOf = ({ others, conditions }: Match): ReadonlySet<string> =>
  others === 'pattern' ? union(conditions, new Set(['HostRegexp'])) : conditions;

const union = (a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> =>
  b.size === 0 ? a : new Set([...a, ...b]);

class RuleReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): RuleHosts {
    const match = this.#either(0);
    if (this.#at < this.#text.length) throw this.#unexpected();
    return match;
  }

  #either(depth: number): Match {
    let match = this.#both(depth);
    while (this.#take(/\|\|/y) !== null) match = either(match, this.#both(depth));
    return match;
  }

  #both(depth: number): Match {
    let match = this.#one(depth);
    while (this.#take(/&&/y) !== null) match = both(match, this.#one(depth));
    return match;
  }

  #one(depth: number): Match {
    if (depth > maxDepth) throw new RuleError(`it nests deeper than ${maxDepth} levels`);
    if (this.#take(/!/y) !== null) {
      this.#one(depth + 1);
      return { hosts: new Map(), others: 'any', conditions: new Set(['!']) };
    }
    if (this.#take(/\(/y) !== null) {
      const match = this.#either(depth + 1);
      if (this.#take(/\)/y) === null) throw this.#unexpected();
      return match;
    }
    const name = this.#take(/[A-Za-z]{1,40}/y);
    if (name === null || this.#take(/\(/y) === null) throw this.#unexpected();
    const values = [this.#value()];
    while (this.#take(/,/y) !== null) values.push(this.#value());
    if (this.#take(/\)/y) === null) throw this.#unexpected();
    return matcher(name, values);
  }

  #value(): string {
    const raw = this.#take(/`[^`]*`|"(?:[^"\\]|\\.)*"/y);
    if (raw === null) throw this.#unexpected();
    const inner = raw.slice(1, -1);
    return raw.startsWith('`') ? inner : inner.replace(/\\(.)/g, '$1');
  }

  /** What stands here and fits, with the spaces after it; null for nothing. */
  #take(pattern: RegExp): string | null {
    this.#spaces();
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found === undefined) return null;
    this.#at += found.length;
    this.#spaces();
    return found;
  }

  #spaces(): void {
    while (/\s/.test(this.#text.charAt(this.#at))) this.#at++;
  }

  #unexpected(): RuleError {
    if (this.#at >= this.#text.length) return new RuleError('it ends too early');
    const here = this.#text.slice(this.#at, this.#at + 20);
    const hint = here.startsWith("'") ? ': values stand between backticks' : '';
    return new RuleError(`column ${this.#at + 1} cannot be read, ${JSON.stringify(here)}${hint}`);
  }
}
