import { createHash } from 'node:crypto';
import { version } from '../../shared/version.ts';

const style = `:root{color-scheme:light dark}body{font:16px/1.6 system-ui,sans-serif;max-width:36rem;margin:12vh auto;padding:0 1.5rem}code{font:.9em ui-monospace,monospace}`;

const styleHash = createHash('sha256').update(style).digest('base64');

/** Sent with every answer of the control plane. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy': `default-src 'none'; script-src 'self'; style-src 'self' 'sha256-${styleHash}'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

/** What a browser shows at the address of the control plane where the interface was not built. */
export const statusPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Berth</title>
<style>${style}</style>
<h1>Berth ${version}</h1>
<p>This is the control plane of a reverse proxy on this machine. The dashboard is not part of this build; the command line
shows the same: <code>berth status</code>, <code>berth hosts</code>, <code>berth logs -f</code>,
<code>berth health</code>.</p>
<p>Programs call it with the token of this instance: <code>docs/CONTROL.md</code> says how.</p>
</html>
`;
