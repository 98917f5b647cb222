import { describe, expect, it } from 'vitest';
import { lineOf } from './filterText.ts';
import { keptFor } from './keptLine.ts';

describe('the line and the address', () => {
  it('leaves what is being written as it is, while the address says the same', () => {
    const written = { line: { chips: ['host:a'], draft: 'b ' }, text: 'host:a b' };
    expect(keptFor(written, 'host:a b')).toBe(written);
  });

  it('takes the line from an address that somebody else changed', () => {
    const written = { line: { chips: [], draft: 'a' }, text: 'a' };
    expect(keptFor(written, 'host:b')).toEqual({ line: lineOf('host:b'), text: 'host:b' });
  });

  it('goes back to what it once began with, or put there itself', () => {
    const begun = { line: lineOf(''), text: '' };
    expect(keptFor(keptFor(begun, 'path:/a'), '')).toEqual(begun);
    const sent = { line: lineOf('path:/a'), text: 'path:/a' };
    expect(keptFor(keptFor(sent, ''), 'path:/a')).toEqual(sent);
  });
});
