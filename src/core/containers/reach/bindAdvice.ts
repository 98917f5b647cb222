/** How a server is told to listen on all addresses, by its command line; what holds for most when none is known. */
export function bindAdvice(commands: readonly string[], port: number): string {
  for (const command of commands) {
    for (const [pattern, advice] of known) if (pattern.test(command)) return advice(port);
  }
  return 'Make it listen on 0.0.0.0: --host 0.0.0.0 with most servers for development, HOST=0.0.0.0 in the environment of others.';
}

type Advice = (port: number) => string;

const host: Advice = () => 'Start it with --host 0.0.0.0';

const known: readonly (readonly [pattern: RegExp, advice: Advice])[] = [
  [/\bvite\b/, () => 'Start it with --host 0.0.0.0, or set server.host to true in vite.config.js.'],
  [/\bnext\b.*\b(?:dev|start)\b/, () => 'Start it with -H 0.0.0.0'],
  [/\breact-scripts\b/, () => 'Set HOST=0.0.0.0 in its environment.'],
  [/\b(?:nuxt|nuxi|astro|ng serve|webpack|vue-cli-service|uvicorn|flask|jekyll)\b/, host],
  [/\brunserver\b/, (port) => `Start it with runserver 0.0.0.0:${port}`],
  [
    /\b(?:rails|puma)\b/,
    (port) => `Start it with -b 0.0.0.0 (rails) or -b tcp://0.0.0.0:${port} (puma)`,
  ],
  [/\bgunicorn\b/, (port) => `Start it with --bind 0.0.0.0:${port}`],
  [/\bhugo\b/, () => 'Start it with --bind 0.0.0.0'],
  [/\bhttp\.server\b/, () => 'Start it with --bind 0.0.0.0'],
  [/\bphp\b.*\s-S\b/, (port) => `Start it with php -S 0.0.0.0:${port}`],
  [/\bhttpd\b.*\s-p\b/, (port) => `Start it with -p 0.0.0.0:${port}`],
];
