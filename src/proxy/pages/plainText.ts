import { limits } from '../../shared/limits.ts';

/** Elements whose content is nothing to read. */
const unread = ['script', 'style', 'head', 'template', 'svg'];
const breaking = /^\/?(?:p|div|h[1-6]|li|tr|br|pre|header|main|section|ul|ol|table|title)\b/i;
const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

/** What a person would read of HTML, in lines; in time that grows with its length alone. */
export function readableText(html: string): string {
  const lower = html.toLowerCase();
  let out = '';
  let at = 0;
  while (at < html.length && out.length < limits.maxShownAnswerChars * 2) {
    const open = html.indexOf('<', at);
    out += html.slice(at, open === -1 ? html.length : open).replace(/\s+/g, ' ');
    if (open === -1) break;
    const comment = html.startsWith('<!--', open);
    const close = comment ? html.indexOf('-->', open) : html.indexOf('>', open);
    if (close === -1) break;
    const tag = html.slice(open + 1, close);
    at = close + (comment ? 3 : 1);
    if (!comment && breaking.test(tag)) out += '\n';
    const name = /^[a-z]+/i.exec(tag)?.[0].toLowerCase() ?? '';
    if (comment || !unread.includes(name) || tag.endsWith('/')) continue;
    const end = lower.indexOf(`</${name}`, at);
    if (end === -1) break;
    at = end;
  }
  return tidy(
    out.replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{2,6});/gi, (whole, entity: string) =>
      decoded(entity, whole),
    ),
  );
}

function decoded(entity: string, whole: string): string {
  if (!entity.startsWith('#')) return entities[entity.toLowerCase()] ?? whole;
  const hex = /^#x/i.test(entity);
  const code = Number.parseInt(entity.slice(hex ? 2 : 1), hex ? 16 : 10);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
}

/** Text in lines, without empty ones at its ends or in a row, and of a length that a page can show. */
export function tidy(text: string): string {
  const lines = text
    .slice(0, limits.maxShownAnswerChars * 2)
    .split(/\r?\n/)
    .map((line) => line.trimEnd());
  const kept = lines.filter((line, i) => line.trim() !== '' || (lines[i - 1] ?? '').trim() !== '');
  const all = kept.join('\n').trim();
  const max = limits.maxShownAnswerChars;
  return all.length <= max ? all : `${all.slice(0, max)}…`;
}
