/** Whose check refused the host, and the setting that lets it in. */
export interface HostCheck {
  readonly server: string;
  /** What to do, one sentence. */
  readonly fix: string;
  /** What to write, and into which file; null where the sentence says it all. */
  readonly line: { readonly file: string; readonly text: string } | null;
  /** It answers its own address, so that it may be sent that as Host instead. */
  readonly takesItself: boolean;
}

interface KnownCheck {
  /** It looks at each part of an answer a bounded number of times, whatever a server says. */
  readonly words: RegExp;
  /** Stands in the answer too. */
  readonly and?: string;
  readonly server: string;
  readonly fix: (name: string) => string;
  readonly line?: (name: string) => { readonly file: string; readonly text: string };
  /** Its answer says which host it is about. */
  readonly namesHost: boolean;
  /** It looks at X-Forwarded-Host too, or at where a request comes from. */
  readonly looksFurther?: true;
}

const jsLine =
  (file: string, before: string, after: string) =>
  (name: string): { readonly file: string; readonly text: string } => ({
    file,
    text: `${before}'${name}'${after}`,
  });

const blocked = /Blocked request\. This host \([^)]{0,300}\) is not allowed/;

const checks: readonly KnownCheck[] = [
  {
    words: blocked,
    and: 'preview.allowedHosts',
    server: 'vite preview',
    fix: (name) => `Add "${name}" to preview.allowedHosts in vite.config.js.`,
    line: jsLine('vite.config.js', 'preview: { allowedHosts: [', '] },'),
    namesHost: true,
  },
  {
    words: blocked,
    and: 'angular.json',
    server: 'ng serve',
    fix: (name) =>
      `Start it with --allowed-hosts ${name}, or add that to allowedHosts in angular.json.`,
    line: (name) => ({
      file: 'angular.json, under the options of serve',
      text: `"allowedHosts": ["${name}"]`,
    }),
    namesHost: true,
  },
  {
    words: blocked,
    server: 'Vite',
    fix: (name) => `Add "${name}" to server.allowedHosts in vite.config.js.`,
    line: jsLine('vite.config.js', 'server: { allowedHosts: [', '] },'),
    namesHost: true,
  },
  {
    words: /Invalid HTTP_HOST header|DisallowedHost/,
    server: 'Django',
    fix: (name) => `Add "${name}" to ALLOWED_HOSTS in its settings.`,
    line: (name) => ({ file: 'settings.py', text: `ALLOWED_HOSTS = ["${name}"]` }),
    namesHost: true,
  },
  {
    words: /Blocked hosts?: /,
    server: 'Rails',
    fix: (name) => `Add config.hosts << "${name}" to config/environments/development.rb.`,
    line: (name) => ({
      file: 'config/environments/development.rb',
      text: `config.hosts << "${name}"`,
    }),
    namesHost: true,
    looksFurther: true,
  },
  {
    // By the letter: webpack-dev-server writes Host, Starlette host.
    words: /^Invalid Host header\s*$/,
    server: 'webpack-dev-server',
    fix: (name) => `Add "${name}" to devServer.allowedHosts in its webpack configuration.`,
    line: jsLine('webpack.config.js', 'devServer: { allowedHosts: [', '] },'),
    namesHost: false,
  },
  {
    words: /^Invalid host header\s*$/,
    server: 'Starlette',
    fix: (name) => `Add "${name}" to allowed_hosts of its TrustedHostMiddleware.`,
    namesHost: false,
  },
  {
    words: /Bad Request - Invalid Hostname/,
    server: 'ASP.NET Core',
    fix: (name) => `Add "${name}" to AllowedHosts in appsettings.json.`,
    line: (name) => ({ file: 'appsettings.json', text: `"AllowedHosts": "${name};localhost"` }),
    namesHost: false,
  },
  {
    words: /Blocking request with non-local 'Host'/,
    server: 'Jupyter',
    fix: () => 'Start it with --ServerApp.allow_remote_access=True.',
    namesHost: true,
  },
  {
    words: /Untrusted Host "/,
    server: 'Symfony',
    fix: (name) => `Add "${name}" to framework.trusted_hosts in its configuration.`,
    namesHost: true,
  },
];

/**
 * Reads a refusal; null for one that is about something else.
 *
 * @param mustName a text that does not name the host, where such refusals do, is none: it may speak of them
 */
export function hostCheckOf(body: string, name: string, mustName = false): HostCheck | null {
  for (const { words, and = '', server, fix, line, namesHost, looksFurther } of checks) {
    if (mustName && namesHost && !body.includes(name)) continue;
    if (!body.includes(and) || !words.test(body)) continue;
    return {
      server,
      fix: fix(name),
      line: line?.(name) ?? null,
      takesItself: looksFurther !== true,
    };
  }
  return null;
}

/**
 * Reads the refusal of a part of a page: Next.js lets anybody have its pages, and refuses what belongs to them to the
 * pages of a host that it does not know.
 */
export function pagePartCheckOf(body: string, target: string, name: string): HostCheck | null {
  if (body !== 'Unauthorized' || !/^\/(?:_next|__nextjs)/.test(target)) return null;
  return {
    server: 'Next.js',
    fix: `Add "${name}" to allowedDevOrigins in next.config.js.`,
    line: { file: 'next.config.js', text: `allowedDevOrigins: ['${name}'],` },
    takesItself: false,
  };
}
