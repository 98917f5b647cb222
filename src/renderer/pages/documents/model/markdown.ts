/** A piece of a line. */
export type Inline =
  | { readonly kind: 'text' | 'code' | 'strong' | 'emphasis'; readonly text: string }
  | { readonly kind: 'link'; readonly text: readonly Inline[]; readonly to: string };

export type Block =
  | {
      readonly kind: 'heading';
      readonly level: number;
      readonly content: readonly Inline[];
      /** As links to it name it. */
      readonly id: string;
    }
  | { readonly kind: 'paragraph'; readonly content: readonly Inline[] }
  | { readonly kind: 'code'; readonly text: string }
  | {
      readonly kind: 'list';
      readonly isOrdered: boolean;
      readonly items: readonly (readonly Inline[])[];
    }
  | {
      readonly kind: 'table';
      readonly head: readonly (readonly Inline[])[];
      readonly rows: readonly (readonly (readonly Inline[])[])[];
    };

/** As much of Markdown as the project's own documents use; pictures and comments are left out. */
export function parseMarkdown(text: string): readonly Block[] {
  const lines = text.split('\n');
  const blocks: Block[] = [];
  let at = 0;
  const line = (): string => lines[at] ?? '';
  /** Lines up to one that does not belong. */
  const take = (belongs: (line: string) => boolean): readonly string[] => {
    const from = at;
    while (at < lines.length && belongs(line())) at++;
    return lines.slice(from, at);
  };
  while (at < lines.length) {
    const heading = /^(#{1,6}) +(.*)$/.exec(line());
    const item = /^(?:[-*]|(\d+)\.) +/.exec(line());
    if (line().trim() === '') at++;
    else if (heading !== null) {
      const [, marks = '', title = ''] = heading;
      const content = parseInline(title);
      blocks.push({ kind: 'heading', level: marks.length, content, id: idOf(plain(content)) });
      at++;
    } else if (line().startsWith('```')) {
      at++;
      const code = take((one) => !one.startsWith('```'));
      at++;
      blocks.push({ kind: 'code', text: code.join('\n') });
    } else if (line().startsWith('<!--')) {
      take((one) => !one.includes('-->'));
      at++;
    } else if (line().startsWith('<')) take((one) => one.trim() !== '');
    else if (line().startsWith('|')) {
      const [head = '', , ...rows] = take((one) => one.startsWith('|'));
      blocks.push({ kind: 'table', head: cellsOf(head), rows: rows.map(cellsOf) });
    } else if (item !== null) {
      const items: string[] = [];
      for (const one of take((next) => /^([-*]|\d+\.) +|^ +\S/.test(next))) {
        if (/^\S/.test(one)) items.push(one.replace(/^([-*]|\d+\.) +/, ''));
        else items.push(`${items.pop() ?? ''} ${one.trim()}`);
      }
      blocks.push({
        kind: 'list',
        isOrdered: item[1] !== undefined,
        items: items.map(parseInline),
      });
    } else {
      const paragraph = take(
        (one) => one.trim() !== '' && !/^(#{1,6} |```|\||([-*]|\d+\.) )/.test(one),
      );
      blocks.push({ kind: 'paragraph', content: parseInline(paragraph.join(' ')) });
    }
  }
  return blocks;
}

const cellsOf = (row: string): readonly (readonly Inline[])[] =>
  row
    .replace(/^\||\|\s*$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => parseInline(cell.replaceAll('\\|', '|').trim()));

const inline =
  /(`+)(?<code>.+?)\1|\*\*(?<strong>.+?)\*\*|(?<!\w)[*_](?<emphasis>[^*_\s](?:[^*_]*[^*_\s])?)[*_](?!\w)|\[(?<link>[^\]]+)\]\((?<to>[^)\s]+)\)/g;

export function parseInline(text: string): readonly Inline[] {
  const parts: Inline[] = [];
  let end = 0;
  for (const match of text.matchAll(inline)) {
    if (match.index > end) parts.push({ kind: 'text', text: text.slice(end, match.index) });
    end = match.index + match[0].length;
    const { code, strong, emphasis, link, to } = match.groups ?? {};
    if (code !== undefined) parts.push({ kind: 'code', text: code.replace(/^ (.+) $/, '$1') });
    else if (strong !== undefined) parts.push({ kind: 'strong', text: strong });
    else if (emphasis !== undefined) parts.push({ kind: 'emphasis', text: emphasis });
    else if (link !== undefined && to !== undefined) {
      parts.push({ kind: 'link', text: parseInline(link), to });
    }
  }
  if (end < text.length) parts.push({ kind: 'text', text: text.slice(end) });
  return parts;
}

/** What is read of it. */
const plain = (content: readonly Inline[]): string =>
  content.map((part) => (part.kind === 'link' ? plain(part.text) : part.text)).join('');

/** `Processes of this machine` → `processes-of-this-machine`. */
const idOf = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
