import { visibleText } from '../../shared/escapeUnseen.ts';

/** Characters of a process' name. */
const maxChars = 64;

const interpreters =
  /^(?:node|nodejs|bun|deno|tsx|ts-node|python[\d.]*|ruby|perl|php[\d.]*)(?:\.exe)?$/i;
const runs = new Set(['run', 'serve', 'exec', 'x']);

/**
 * What a person would call a process: `vite` for `node /app/node_modules/.bin/vite --port 5173`, `node server.js` for a
 * script of their own, else the name of its program. Nothing else of its command line is told: there may be secrets.
 *
 * @param program as the system names it, for when there is no command line
 */
export function processName(program: string, args: readonly string[]): string {
  const command = baseOf(args[0] ?? '');
  if (!interpreters.test(command)) return shown(nameOfTitle(args) ?? program);
  const interpreter = command.replace(/\.exe$/i, '');
  const rest = args.slice(1);
  const module = rest.indexOf('-m');
  if (/^python/i.test(interpreter) && module !== -1 && rest[module + 1] !== undefined) {
    return shown(rest[module + 1] ?? '');
  }
  const script = rest.find((arg) => arg !== '' && !arg.startsWith('-') && !runs.has(arg));
  if (script === undefined) return shown(interpreter);
  const ofPackage = packageOf(script);
  if (ofPackage !== null) return shown(ofPackage);
  const base = baseOf(script);
  return shown(base.includes('.') ? `${interpreter} ${base}` : base);
}

/** A title that the process gave itself, as `next-server (v14.2.3)` or `nginx: master process …`; else null. */
function nameOfTitle([title = '', ...others]: readonly string[]): string | null {
  if (others.some((other) => other !== '')) return null;
  const [first = ''] = title.split(/[\s:]/);
  return first.startsWith('/') || !/\s/.test(title) ? null : first;
}

/** Of a script in `node_modules`: its command, or the package that it is of. */
function packageOf(script: string): string | null {
  const path = script.replaceAll('\\', '/');
  const at = path.lastIndexOf('node_modules/');
  if (at === -1) return null;
  const [first = '', second = ''] = path.slice(at + 'node_modules/'.length).split('/');
  if (first === '.bin') return second;
  return first.startsWith('@') ? `${first}/${second}` : first;
}

const baseOf = (path: string): string => path.split(/[/\\]/).at(-1) ?? '';

const shown = (name: string): string => visibleText(name.slice(0, maxChars)).slice(0, maxChars);
