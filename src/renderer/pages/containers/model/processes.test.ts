import { expect, test } from 'vitest';
import { listeningPort } from '../../../../../test/support/shownContainers.ts';
import { backendOf, suggestionForProcess } from './processes.ts';

const free = () => false;
const at = (name: string, directory: string) =>
  listeningPort({ process: { pid: 1, name, directory } });

test('a process is called by its folder, and otherwise by what it is', () => {
  expect(suggestionForProcess(at('vite', '~/code/My Shop'), 'localhost', free)).toBe(
    'my-shop.localhost',
  );
  expect(suggestionForProcess(at('node', 'C:\\code\\shop'), 'localhost', free)).toBe(
    'shop.localhost',
  );
  expect(suggestionForProcess(at('python3', '~'), 'test', free)).toBe('python3.test');
  expect(suggestionForProcess(at('…', ''), '', free)).toBe('port-5173');
  expect(suggestionForProcess({ port: 99, process: null }, 'localhost', free)).toBe(
    'port-99.localhost',
  );
});

test('a name that is taken gets the port', () => {
  expect(
    suggestionForProcess(at('vite', '~/shop'), 'localhost', (name) => name === 'shop.localhost'),
  ).toBe('shop-5173.localhost');
});

test('a process is asked at both loopback addresses', () => {
  expect(backendOf({ port: 5173 })).toBe('http://localhost:5173');
});
