import { expect, test } from 'vitest';
import { hostView } from '../../../../../test/support/hostView.ts';
import { adviceFor } from './addAdvice.ts';

const listeners = [{ address: '0.0.0.0', port: 8080, secure: false }];
const advise = (
  name: string,
  url: string,
  more: { readonly known?: ReturnType<typeof hostView>; readonly isDuplicate?: boolean } = {},
) =>
  adviceFor(
    { name, backends: [url] },
    {
      known: more.known,
      isDuplicate: more.isDuplicate ?? false,
      suffixes: ['dev.local'],
      listeners,
    },
  );
const known = hostView({ backends: ['http://127.0.0.1:3000'] });

test('a server that is Berth itself is a circle', () => {
  expect(advise('app.localhost', 'http://localhost:8080')).toMatchObject({ isWarning: true });
  expect(advise('app.localhost', 'http://10.0.0.5:8080').isWarning).toBe(false);
});

test('a host that is there already gets another backend, or nothing', () => {
  expect(advise('app.localhost', 'http://127.0.0.1:3001', { known }).text).toMatch(/2 backends/);
  expect(advise('app.localhost', 'http://127.0.0.1:3000', { known }).text).toMatch(/nothing would/);
  expect(
    advise('app.localhost', 'http://127.0.0.1:3001', { known, isDuplicate: true }).text,
  ).toMatch(/another name/);
});

test('a name that may not lead here says so', () => {
  expect(advise('app.example.org', 'http://127.0.0.1:3000').text).toMatch(/hosts file/);
  expect(advise('app.localhost', 'http://127.0.0.1:3000').text).toMatch(/by themselves/);
  expect(advise('app.dev.local', 'http://127.0.0.1:3000').text).not.toMatch(/hosts file/);
});
