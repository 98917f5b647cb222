import { createHash } from 'node:crypto';
import { limits } from '../../shared/limits.ts';
import type { Command } from './advice.ts';
import { style } from './style.ts';
import { escapeHtml, shorten } from './text.ts';
import type { ErrorView, Reload, Tone } from './view.ts';

/**
 * Nothing but the style sheet above and the icon in the page itself may load, and nothing may run but `reloadScript`.
 * Framing stays allowed: there is nothing to click, and a preview in an editor shall show the reason.
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style, 'utf8').digest('base64')}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** Keeps what stands behind a #, which no answer knows; without scripts, `refreshOf` does what it can. */
const reloadScript = `setTimeout(function(){location.reload()},${limits.holdReloadMs})`;

/** The same for a page that loads again by itself. */
export const reloadingPolicy = `${contentSecurityPolicy}; script-src 'sha256-${createHash('sha256')
  .update(reloadScript, 'utf8')
  .digest('base64')}'`;

/** The value of a Refresh field. Without an address it would not load a page anew whose own has a #. */
export const refreshOf = ({ seconds, address }: Reload): string => `${seconds}; url=${address}`;

const reloading = (reload: Reload): string =>
  `<noscript><meta http-equiv="refresh" content="${escapeHtml(refreshOf(reload))}"></noscript>\n` +
  `<script>${reloadScript}</script>\n`;

/** Two piers and the vessel between. In the page, so that a browser does not ask the frontend for one and fail again. */
const icon = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0f766e"/><path fill="#fff" d="M6 7h4v18H6zM22 7h4v18h-4zM16 8l3.5 5v9a3 3 0 0 1-7 0v-9z"/></svg>',
)}`;

/** Characters of a host under the heading: about two lines of a phone. */
const maxSubjectChars = 80;

const beforeTitle =
  '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n' +
  '<meta name="viewport" content="width=device-width,initial-scale=1">\n' +
  '<meta name="robots" content="noindex">\n<title>';
const afterTitle = `</title>\n<link rel="icon" href="${icon}">\n<style>${style}</style>\n`;
const afterHead = '</head>\n<body>\n';
const end = '</body>\n</html>\n';

/** A whole document. `title` is text, `body` is HTML, and so is what else its head has. */
export function document(title: string, body: string, head = ''): string {
  return beforeTitle + escapeHtml(title) + afterTitle + head + afterHead + body + end;
}

const shapes: Readonly<Record<Tone, string>> = {
  up: '<circle cx="6" cy="6" r="5"/>',
  degraded:
    '<path d="M6 1a5 5 0 0 0 0 10z"/><circle cx="6" cy="6" r="4.4" fill="none" stroke="currentColor" stroke-width="1.2"/>',
  down: '<path d="M6 1l5.5 10H.5z"/>',
  unknown: '<circle cx="6" cy="6" r="4.4" fill="none" stroke="currentColor" stroke-width="1.2"/>',
};

/** The shape of a state, in its colour; the word stands beside it. */
export const shape = (tone: Tone): string =>
  `<svg class="${tone}" viewBox="0 0 12 12" aria-hidden="true">${shapes[tone]}</svg>`;

export const code = (text: string): string => `<code>${escapeHtml(text)}</code>`;

export const command = ({ purpose, line, redis }: Command): string =>
  `<p class="purpose">${escapeHtml(purpose)}:</p>\n<pre>${code(line)}</pre>\n` +
  (redis === null ? '' : `<p class="or">or: ${code(redis)}</p>\n`);

/** A row of facts. `value` is HTML. */
export const fact = (name: string, value: string): string =>
  `<div><dt>${name}</dt><dd>${value}</dd></div>\n`;

const list = (items: readonly string[]): string =>
  `<ul>${items.map((item) => `<li>${item}</li>`).join('')}</ul>`;

const matchWords = (frontend: string): string =>
  frontend.startsWith('*') ? 'matches by wildcard' : 'is the same host under another suffix';

export function errorHtml(view: ErrorView): string {
  const { host, frontend, lookedFor, attempts, advice } = view;
  const { reload } = view;
  const state = reload !== null ? 'Starting' : `${view.status} ${view.reason}`;
  const facts = [
    frontend === null
      ? ''
      : fact(
          'Frontend',
          code(frontend) +
            (frontend === host ? '' : ` <span class="dim">${matchWords(frontend)}</span>`),
        ),
    lookedFor.length === 0
      ? ''
      : fact('Looked for', list(lookedFor.map((name) => shape('unknown') + code(name)))),
    attempts.length === 0
      ? ''
      : fact(
          'Tried',
          list(
            attempts.map(
              ({ words, answered }) => `${shape(answered ? 'up' : 'down')}${escapeHtml(words)}`,
            ),
          ),
        ),
  ].join('');
  return document(
    host === ''
      ? state
      : `${reload === null ? view.status : 'Starting'} · ${shorten(host, maxSubjectChars)}`,
    `<main>\n<p class="state ${view.tone}">${shape(view.tone)}${escapeHtml(state)}</p>\n` +
      `<h1>${escapeHtml(view.title)}</h1>\n` +
      (host === '' ? '' : `<p class="subject">${code(shorten(host, maxSubjectChars))}</p>\n`) +
      (view.detail === '' ? '' : `<p class="lead">${escapeHtml(view.detail)}</p>\n`) +
      (facts === '' ? '' : `<dl>\n${facts}</dl>\n`) +
      `<h2>What to do</h2>\n<p>${escapeHtml(advice.sentence)}</p>\n` +
      (advice.command === null ? '' : command(advice.command)) +
      `</main>\n<footer>${code(view.code)}</footer>\n`,
    reload === null ? '' : reloading(reload),
  );
}
