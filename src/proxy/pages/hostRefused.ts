import { STATUS_CODES } from 'node:http';
import { berthCommand } from './advice.ts';
import { code, command, document, shape } from './html.ts';
import type { HostRefusal } from './pages.ts';
import { readableText, tidy } from './plainText.ts';
import { escapeHtml, shorten } from './text.ts';

/** Says whose check it is and what to write where; below, what the server itself said. */
export function hostRefusedHtml(refusal: HostRefusal): string {
  const { check, status, host, frontend } = refusal;
  const { server, fix, line, takesItself } = check;
  const subject = shorten(host, 80);
  return document(
    `${status} · ${subject}`,
    `<main>\n<p class="state unknown">${shape('unknown')}${status} ${escapeHtml(STATUS_CODES[status] ?? '')}</p>\n` +
      `<h1>${escapeHtml(server)} does not know this host</h1>\n` +
      `<p class="subject">${code(subject)}</p>\n` +
      `<p class="lead">The request reached the server, and its check of the Host header refused it.</p>\n` +
      `<h2>What to do</h2>\n<p>${escapeHtml(fix)}</p>\n` +
      (line === null
        ? ''
        : `<p class="purpose">In ${escapeHtml(line.file)}:</p>\n<pre class="text">${code(line.text)}</pre>\n`) +
      (takesItself
        ? command({
            purpose: 'Or let Berth send it its own address as Host',
            line: berthCommand('set', frontend, '--host-header', 'backend'),
            redis: null,
          })
        : '') +
      `<h2>What it said</h2>\n<pre class="text">${code(saidIn(refusal))}</pre>\n` +
      '</main>\n<footer>This page stands for the answer of the server in browsers only; programs get that itself.</footer>\n',
  );
}

// What cannot be seen could make a text look like another.
const unseen = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g;

function saidIn({ said, isHtml }: HostRefusal): string {
  return (isHtml ? readableText(said) : tidy(said)).replace(unseen, '\ufffd');
}
