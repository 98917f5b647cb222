import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { variants } from '../bench/variants.ts';

it.each(variants)('Berth can still be built without: $name', ({ edits }) => {
  for (const { file, text } of edits) {
    const occurrences = readFileSync(file, 'utf8').split(text).length - 1;
    expect({ file, text, occurrences }).toEqual({ file, text, occurrences: 1 });
  }
});
