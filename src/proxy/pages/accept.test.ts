import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseForm } from './accept.ts';

describe('the form of an answer', () => {
  it.each([
    ['nothing', undefined, 'text'],
    ['an empty field', '', 'text'],
    ['curl', '*/*', 'text'],
    [
      'a browser',
      'text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8',
      'html',
    ],
    ['a program that wants JSON', 'application/json', 'json'],
    ['a program that would rather have JSON', 'application/json, text/plain, */*', 'json'],
    ['an API client', 'application/vnd.github.v3+json', 'json'],
    ['an image of a page', 'image/avif,image/webp,image/*,*/*;q=0.8', 'text'],
    ['an event stream', 'text/event-stream', 'text'],
    ['weights', 'text/html;q=0.4, application/json;q=0.5', 'json'],
    ['weights the other way', 'text/html;q=0.5, application/json;q=0.4', 'html'],
    ['parameters', 'text/html;level=1;q=0.7, text/plain;q=0.6', 'html'],
    ['a refusal', 'text/html;q=0, text/plain', 'text'],
    ['a refusal beside a wildcard', 'text/plain;q=0, application/json;q=0.1, */*', 'json'],
    ['a wildcard of a type', 'application/*', 'json'],
    ['upper case and spaces', ' TEXT/HTML ; Q = 1 ', 'html'],
    ['a weight that is none', 'text/html;q=2, application/json;q=0.1', 'json'],
    ['names of object members', 'constructor, __proto__, toString/valueOf', 'text'],
  ])('fits %s', (_, accept, form) => {
    expect(chooseForm(accept)).toBe(form);
  });

  it('is chosen for any field whatever, without throwing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (accept) => {
        expect(['html', 'json', 'text']).toContain(chooseForm(accept));
      }),
    );
  });
});
