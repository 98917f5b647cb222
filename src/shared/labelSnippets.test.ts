import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { fakeContainer } from '../../test/support/containers.ts';
import { wantedHosts } from '../core/containers/conventions/index.ts';
import { type LabelledHost, labelSnippets } from './labelSnippets.ts';

const textOf = (host: LabelledHost, convention: string): string | undefined =>
  labelSnippets(host).find((snippet) => snippet.convention === convention)?.text;

test('a host and its port, in the words of each tool', () => {
  const host: LabelledHost = { name: 'app.dev.local', port: 3000, scheme: 'http' };
  expect(labelSnippets(host).map(({ convention, title }) => [convention, title])).toEqual([
    ['berth', 'Berth'],
    ['traefik', 'Traefik 2 and 3'],
    ['orbstack', 'OrbStack'],
    ['nginx-proxy', 'nginx-proxy'],
  ]);
  expect(textOf(host, 'berth')).toBe(
    'labels:\n  berth.host: "app.dev.local"\n  berth.port: "3000"',
  );
  expect(textOf(host, 'traefik')?.split('\n')).toEqual([
    'labels:',
    '  traefik.enable: "true"',
    '  traefik.http.routers.app-dev-local.rule: "Host(`app.dev.local`)"',
    '  traefik.http.services.app-dev-local.loadbalancer.server.port: "3000"',
  ]);
  expect(textOf(host, 'orbstack')).toContain('dev.orbstack.http-port: "3000"');
  expect(textOf(host, 'nginx-proxy')).toContain('environment:\n  VIRTUAL_HOST: "app.dev.local"');
});

test.each<LabelledHost>([
  { name: 'app.dev.local', port: 3000, scheme: 'http' },
  { name: 'app.dev.local', port: 8443, scheme: 'https' },
  { name: '*.app.dev.local', port: 3000, scheme: 'http' },
  { name: 'my_app.test', port: null, scheme: 'http' },
])('each snippet is YAML, and asks for what it was made of: %o', (host) => {
  for (const { convention, text } of labelSnippets(host)) {
    if (convention === 'traefik' && host.name.startsWith('*')) continue;
    const said: { labels?: Record<string, string>; environment?: Record<string, string> } =
      parse(text);
    const container = fakeContainer({ ports: [80], ...said });
    const settings = { suffixes: ['dev.local'], autoNames: false, isLabels: true };
    const { wants, problems } = wantedHosts(container, settings);
    expect(problems).toEqual([]);
    expect(wants).toMatchObject([
      { name: host.name, port: host.port ?? 80, scheme: host.scheme, convention },
    ]);
  }
});

test('a wildcard is a pattern to Traefik, which Compose and YAML leave as it is', () => {
  const text = textOf({ name: '*.app.test', port: null, scheme: 'http' }, 'traefik') ?? '';
  const { labels }: { labels: Record<string, string> } = parse(text);
  expect(Object.values(labels)[1]?.replaceAll('$$', '$')).toBe('HostRegexp(`^.+\\.app\\.test$`)');
});

test('what only Berth can say is in no other words', () => {
  const snippets = labelSnippets({ name: '*', port: 80, scheme: 'http' });
  expect(snippets.map(({ convention }) => convention)).toEqual(['berth']);
});
