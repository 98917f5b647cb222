import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostCheckOf } from '../../shared/hostChecks.ts';
import { limits } from '../../shared/limits.ts';
import { createPages } from './createPages.ts';
import { readableText, tidy } from './plainText.ts';

const pages = createPages({
  staticPages: {},
  suffixes: ['dev.local'],
  sharedSuffixes: [],
  version: '1.2.3',
});
const check = hostCheckOf('Invalid Host header', 'app.dev.local');
const page = (said: string, isHtml = false, frontend = 'app.dev.local'): string => {
  if (check === null) throw new Error('no check');
  const facts = { check, status: 403, host: 'app.dev.local', frontend, said, isHtml };
  return pages.hostRefused(facts).body.toString('utf8');
};

describe('the page about a refused host', () => {
  it('keeps the status, and lets nothing load or run', () => {
    if (check === null) throw new Error('no check');
    const answer = pages.hostRefused({
      ...{ check, status: 200, host: 'a', frontend: 'a', said: '', isHtml: false },
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.join('\n')).toContain("default-src 'none'");
    expect(answer.headers).toContain('nosniff');
  });

  it('has no markup of what the server said, whatever that is', () => {
    const plain = page('').length;
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.boolean(), (said, isHtml) => {
        const body = page(said, isHtml);
        expect(body.match(/<[a-z/!]/gi)?.length).toBe(page('').match(/<[a-z/!]/gi)?.length);
        expect(body).not.toMatch(/[\u0000-\u0009\u202a-\u202e]/);
      }),
    );
    expect(plain).toBeLessThan(12_000);
    const scripts = page('</code></pre><script>alert(1)</script>');
    expect(scripts).toContain('&lt;script&gt;');
    expect(scripts).not.toContain('<script');
  });

  it.each(['Blocked request. This host (', 'Blocked request. This host () is not allowed'])(
    'is not looked for at length in %j, said again and again',
    (words) => {
      const body = words.repeat(limits.maxHeldAnswerBytes / words.length);
      const begun = performance.now();
      hostCheckOf(`${body} app.dev.local`, 'app.dev.local', true);
      expect(performance.now() - begun).toBeLessThan(300);
    },
  );

  it('quotes a wildcard for a shell', () => {
    expect(page('', false, '*.dev.local')).toContain(
      'berth set &#39;*.dev.local&#39; --host-header backend',
    );
  });
});

describe('what a person reads of HTML', () => {
  it.each([
    ['<h1>Blocked hosts: a</h1><p>Add\n  it</p>', 'Blocked hosts: a\n\nAdd it'],
    ['<style>x{}</style>a<script>if (1<2) b()</script>c<!-- d > e -->f', 'acf'],
    ['a &lt;b&gt; &#39;c&#x27; &amp;lt; &nope; &#0;', "a <b> 'c' &lt; &nope; &#0;"],
    ['<script>never ends', ''],
    ['a < b', 'a'],
    ['a<br/>b<BR>c', 'a\nb\nc'],
  ])('%s', (html, text) => {
    expect(readableText(html)).toBe(text);
  });

  it('is bounded, and takes time that grows with the length alone', () => {
    const begun = performance.now();
    for (const unit of ['<script', '<script>', '<!--', '<a ', '</', '&#', '<p>\n', ' ']) {
      const text = readableText(unit.repeat(limits.maxHeldAnswerBytes / unit.length));
      expect(text.length).toBeLessThanOrEqual(limits.maxShownAnswerChars + 1);
    }
    expect(performance.now() - begun).toBeLessThan(2000);
    expect(tidy('x'.repeat(100_000))).toHaveLength(limits.maxShownAnswerChars + 1);
    expect(tidy('\n\na\n\n\n\nb \n')).toBe('a\n\nb');
  });
});
