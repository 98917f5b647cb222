/** Whose check refused the host, and the setting that lets it in. */
export interface HostCheck {
  readonly server: string;
  /** What to do, one sentence. */
  readonly fix: string;
}

type Fix = (name: string) => string;

const checks: readonly (readonly [words: RegExp, server: string, fix: Fix])[] = [
  [
    /Blocked request\. This host \([^)]*\) is not allowed[\s\S]*preview\.allowedHosts/,
    'vite preview',
    (name) => `Add "${name}" to preview.allowedHosts in vite.config.js.`,
  ],
  [
    /Blocked request\. This host \([^)]*\) is not allowed[\s\S]*angular\.json/,
    'ng serve',
    (name) => `Start it with --allowed-hosts ${name}, or add that to allowedHosts in angular.json.`,
  ],
  [
    /Blocked request\. This host \([^)]*\) is not allowed/,
    'Vite',
    (name) => `Add "${name}" to server.allowedHosts in vite.config.js.`,
  ],
  [
    /Invalid HTTP_HOST header|DisallowedHost/,
    'Django',
    (name) => `Add "${name}" to ALLOWED_HOSTS in its settings.`,
  ],
  [
    /Blocked hosts?: /,
    'Rails',
    (name) => `Add config.hosts << "${name}" to config/environments/development.rb.`,
  ],
  [
    // By the letter: webpack-dev-server writes Host, Starlette host.
    /^Invalid Host header/,
    'webpack-dev-server',
    (name) => `Add "${name}" to devServer.allowedHosts in its webpack configuration.`,
  ],
  [
    /^Invalid host header/,
    'Starlette',
    (name) => `Add "${name}" to allowed_hosts of its TrustedHostMiddleware.`,
  ],
  [
    /Bad Request - Invalid Hostname/,
    'ASP.NET Core',
    (name) => `Add "${name}" to AllowedHosts in appsettings.json.`,
  ],
  [
    /Blocking request with non-local 'Host'/,
    'Jupyter',
    () => 'Start it with --ServerApp.allow_remote_access=True.',
  ],
  [
    /Untrusted Host "/,
    'Symfony',
    (name) => `Add "${name}" to framework.trusted_hosts in its configuration.`,
  ],
];

/** Reads a refusal; null for one that is about something else. */
export function hostCheckOf(body: string, name: string): HostCheck | null {
  for (const [words, server, fix] of checks) {
    if (words.test(body)) return { server, fix: fix(name) };
  }
  return null;
}
