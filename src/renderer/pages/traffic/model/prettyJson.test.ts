import fc from 'fast-check';
import { expect, it } from 'vitest';
import { prettyJson } from './prettyJson.ts';

it('makes lines, and leaves each literal as it is', () => {
  expect(prettyJson('{"a":[1,2.50,{"b":"x, [\\"y\\"]: {"}],"c":{},"d":[ ],"a":1e400}')).toBe(
    [
      '{',
      '  "a": [',
      '    1,',
      '    2.50,',
      '    {',
      '      "b": "x, [\\"y\\"]: {"',
      '    }',
      '  ],',
      '  "c": {},',
      '  "d": [],',
      '  "a": 1e400',
      '}',
    ].join('\n'),
  );
});

it('is null for what is no JSON, or breaks off', () => {
  for (const text of ['', '{', '{"a":1', 'text', '{a:1}', '[1],'])
    expect(prettyJson(text)).toBe(null);
});

it('is what JSON.stringify makes, whatever the value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      expect(prettyJson(text)).toBe(JSON.stringify(JSON.parse(text), null, 2));
    }),
  );
});
