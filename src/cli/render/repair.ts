import type { HostView, LintFinding } from '../../shared/contract/hosts.ts';
import { parseBackend } from '../../shared/model/backend.ts';
import { parseFrontendName } from '../../shared/model/hostname.ts';
import { oneLine } from './text.ts';

/** The command line that ends a finding; null where only a person knows what is meant. */
export function repairOf(host: HostView, { rule }: LintFinding): string | null {
  const { backends, options } = host;
  const name = quoted(host.name);
  switch (rule) {
    case 'missing-identifier':
      return `berth set ${name} --id ${name}`;
    case 'no-backend':
      return `berth add ${name} 3000`;
    case 'duplicate-backend':
      return setBackends(name, [...new Set(backends)]);
    case 'unusable-backend':
      return setBackends(
        name,
        backends.filter((url) => parseBackend(url, 0).ok),
      );
    case 'option-without-backend': {
      const weights = Object.keys(options.weights).filter((url) => !backends.includes(url));
      const drained = options.drained.filter((url) => !backends.includes(url));
      if (weights.length > 0) {
        return `berth set ${name} --weight ${weights.map((url) => quoted(`${url}=1`)).join(' ')}`;
      }
      return drained.length > 0 ? `berth health revive ${name}` : null;
    }
    case 'redirect-without-https':
      return `berth set ${name} --redirect-https off`;
    case 'stale-dead-mark':
    case 'all-drained':
      return `berth health revive ${name}`;
    case 'unreadable':
    case 'shadowed':
      return removal(host.name);
    case 'unreadable-options':
      return `berth set ${name} --reset`;
    case 'loop':
      return null;
  }
}

/** What is no name of a host, or not as one is written, is removed by its exact name only. */
function removal(name: string): string | null {
  if (name.includes('\0')) return null;
  const parsed = parseFrontendName(name);
  if (parsed.ok && parsed.name === name) return `berth rm ${quoted(name)}`;
  return `berth rm --exact ${name.startsWith('-') ? '-- ' : ''}${quoted(name)}`;
}

const setBackends = (name: string, urls: readonly string[]): string | null =>
  urls.length === 0 ? null : `berth set ${name} --backend ${urls.map(quoted).join(' ')}`;

/** A word for a shell: between quotes when it needs them, and as escapes what a terminal is not shown. */
function quoted(word: string): string {
  if (/^[\w.:/=@%+-]+$/.test(word)) return word;
  if (oneLine(word) === word) return `'${word.replaceAll("'", "'\\''")}'`;
  const escaped = Array.from(word, (character) => {
    if (character === "'" || character === '\\') return `\\${character}`;
    return oneLine(character) === character ? character : bytesOf(character);
  });
  return `$'${escaped.join('')}'`;
}

/** As `\xe2\x80\xae`, which bash and zsh read in every locale; `\u202e` needs one of UTF-8. */
const bytesOf = (character: string): string =>
  Array.from(Buffer.from(character), (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
