import { describe, expect, it, test } from 'vitest';
import { parseInline, parseMarkdown } from './markdown.ts';

const text = (words: string) => [{ kind: 'text', text: words }];

describe('a document', () => {
  it('is read block by block', () => {
    const blocks = parseMarkdown(
      [
        '<!-- made -->',
        '# Hosts, and `*`',
        '',
        'Two lines',
        'of one paragraph.',
        '```sh',
        'berth add  app',
        '',
        '```',
        '- one',
        '  goes on',
        '- two',
        '',
        '1. first',
        '2. second',
        '',
        '| key | means |',
        '| --- | --- |',
        '| `a\\|b` | either |',
        '',
        '<picture>',
        '  <img src="x.png">',
        '</picture>',
        'The end.',
      ].join('\n'),
    );
    expect(blocks).toEqual([
      {
        kind: 'heading',
        level: 1,
        content: [
          { kind: 'text', text: 'Hosts, and ' },
          { kind: 'code', text: '*' },
        ],
        id: 'hosts-and-',
      },
      { kind: 'paragraph', content: text('Two lines of one paragraph.') },
      { kind: 'code', text: 'berth add  app\n' },
      { kind: 'list', isOrdered: false, items: [text('one goes on'), text('two')] },
      { kind: 'list', isOrdered: true, items: [text('first'), text('second')] },
      {
        kind: 'table',
        head: [text('key'), text('means')],
        rows: [[[{ kind: 'code', text: 'a|b' }], text('either')]],
      },
    ]);
  });

  it('comes to an end whatever stands in it', () => {
    expect(parseMarkdown('```\nnever closed').at(-1)).toEqual({
      kind: 'code',
      text: 'never closed',
    });
    expect(parseMarkdown('#no heading\n#')).toHaveLength(1);
    expect(parseMarkdown('')).toEqual([]);
  });
});

test('a line has code, emphasis and links, and nothing in code is one', () => {
  expect(parseInline('see [`a`](HOSTS.md#x), *both* **or** `*.x*` and 2*3*4')).toEqual([
    { kind: 'text', text: 'see ' },
    { kind: 'link', text: [{ kind: 'code', text: 'a' }], to: 'HOSTS.md#x' },
    { kind: 'text', text: ', ' },
    { kind: 'emphasis', text: 'both' },
    { kind: 'text', text: ' ' },
    { kind: 'strong', text: 'or' },
    { kind: 'text', text: ' ' },
    { kind: 'code', text: '*.x*' },
    { kind: 'text', text: ' and 2*3*4' },
  ]);
});
