import { expect, test } from 'vitest';
import { nssReason, readList } from './nss.ts';

test('what certutil lists is read with names of several words', () => {
  const text = `
Certificate Nickname                                         Trust Attributes
                                                             SSL,S/MIME,JAR/XPI

Berth Local CA 5cbac51e05d6394a                              C,,
my own, with, commas                                         CT,C,C
a client                                                     u,u,u
`;
  expect(readList(text)).toEqual([
    { name: 'Berth Local CA 5cbac51e05d6394a', flags: 'C,,' },
    { name: 'my own, with, commas', flags: 'CT,C,C' },
    { name: 'a client', flags: 'u,u,u' },
  ]);
});

test.each([
  ['SEC_ERROR_BAD_PASSWORD: The security password entered is incorrect.', /password/],
  ['SEC_ERROR_READ_ONLY: security library: read-only database.', /may not be written/],
  // What a database says that another program has locked: to who writes, and to who reads.
  ['SEC_ERROR_PKCS11_GENERAL_ERROR: A PKCS #11 module returned CKR_GENERAL_ERROR', /locked/],
  ['SEC_ERROR_BAD_DATABASE: security library: bad database.', /damaged, or locked/],
])('%s means something to a person', (text, meaning) => {
  expect(nssReason(text)).toMatch(meaning);
});

test('what is not known is not explained', () => {
  expect(nssReason('something else')).toBeNull();
});
