import { limits } from '../../../shared/limits.ts';
import type { Container, WantedHost } from '../../../shared/model/container.ts';
import type { Convention } from '../../../shared/model/conventions.ts';
import { parseFrontendName } from '../../../shared/model/hostname.ts';
import { type Problems, quoted, shownKey } from './problems.ts';

/** What a convention makes of a port that it was not told, or was told wrongly. */
export interface AskedPort {
  /** Null where it is not known. */
  readonly port: number | null;
  readonly scheme: 'http' | 'https';
  /** The label or variable that would say it. */
  readonly key: string;
  /** Why there is none has been told. */
  readonly isTold: boolean;
}

/** The hosts that one convention finds in a container: each once, as it was asked first. */
export class Asked {
  readonly #container: Container;
  readonly #convention: Convention;
  readonly #problems: Problems;
  readonly #wants = new Map<string, WantedHost>();
  #left = 0;

  constructor(container: Container, convention: Convention, problems: Problems) {
    this.#container = container;
    this.#convention = convention;
    this.#problems = problems;
  }

  /** Asks for the host that `text` names; what cannot be one is told. `key`: the label or variable that says it. */
  host(text: string, key: string, asked: AskedPort, isPartial = false): void {
    const named = readHost(text);
    if (!named.ok) {
      this.#problems.add(`${key}: ${named.problem}`);
      return;
    }
    this.#want({
      name: named.name,
      port: asked.port,
      scheme: asked.scheme,
      convention: this.#convention,
      from: shownKey(key),
      isPartial,
    });
    if (asked.port === null && !asked.isTold) {
      const { ports } = this.#container;
      const listed = ports.slice(0, 6).map(({ port }) => port);
      const exposes = listed.length === 0 ? 'no port' : `several: ${listed.join(', ')}`;
      this.#problems.add(
        `${named.name}: which port is meant is not known, since it exposes ${exposes}; name it with ${asked.key}`,
      );
    }
  }

  /** What was asked for; how many are left out is told. */
  finish(): readonly WantedHost[] {
    if (this.#left > 0) {
      const most = limits.maxWantedHosts;
      this.#problems.add(`it asks for ${this.#left + most} hosts: the first ${most} are taken`);
    }
    return [...this.#wants.values()];
  }

  #want(want: WantedHost): void {
    const known = this.#wants.get(want.name);
    if (known === undefined && this.#wants.size >= limits.maxWantedHosts) {
      this.#left++;
      return;
    }
    if (known === undefined || (known.isPartial && !want.isPartial)) {
      this.#wants.set(want.name, want);
      return;
    }
    if (known.port === want.port || want.isPartial) return;
    this.#problems.add(
      `${want.name} is asked for twice: ${known.from} counts, and ${want.from} does not`,
    );
  }
}

type NamedHost =
  | { readonly ok: true; readonly name: string }
  | { readonly ok: false; readonly problem: string };

function readHost(text: string): NamedHost {
  if (text.length > limits.maxLabelChars) return { ok: false, problem: 'it is too long' };
  const parsed = parseFrontendName(text);
  if (parsed.ok) return parsed;
  if (text === '') return { ok: false, problem: 'a host is empty' };
  const wrong = `${quoted(text)} is not a host`;
  if (text.includes('://')) return { ok: false, problem: `${wrong}: write it without http://` };
  if (text.includes('/')) return { ok: false, problem: `${wrong}: write it without a path` };
  if (/:\d+$/.test(text)) return { ok: false, problem: `${wrong}: write it without a port` };
  return { ok: false, problem: `${wrong} such as app.localhost or *.app.localhost` };
}
