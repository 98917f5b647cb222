import { describe, expect, it } from 'vitest';
import { type FakeContainer, fakeContainer } from '../../../../test/support/containers.ts';
import { type WantedSettings, wantedHosts } from './index.ts';

const settings: WantedSettings = {
  suffixes: ['dev.local', 'localhost'],
  autoNames: false,
  isLabels: true,
};

interface Row {
  readonly what: string;
  readonly container: FakeContainer;
  readonly settings?: Partial<WantedSettings>;
  /** `host → scheme:port`, with `…` behind what is asked for in part. */
  readonly wants: readonly string[];
  /** What stands in each problem, in order. */
  readonly problems?: readonly string[];
}

function check(rows: readonly Row[]): void {
  for (const row of rows) {
    it(row.what, () => {
      const found = wantedHosts(fakeContainer(row.container), { ...settings, ...row.settings });
      const wants = found.wants.map(
        ({ name, port, scheme, isPartial }) =>
          `${name} → ${scheme}:${port ?? '?'}${isPartial ? ' …' : ''}`,
      );
      expect(wants).toEqual(row.wants);
      const parts = row.problems ?? [];
      expect(found.problems).toHaveLength(parts.length);
      for (const [i, part] of parts.entries()) expect(found.problems[i]).toContain(part);
    });
  }
}

describe('labels of Berth', () => {
  check([
    {
      what: 'one host goes to the only port',
      container: { ports: [3000], labels: { 'berth.host': 'App.Test.' } },
      wants: ['app.test → http:3000'],
    },
    {
      what: 'a list with commas, wildcards and the catch-all',
      container: {
        ports: [1, 2],
        labels: { 'berth.host': ' a.test, *.a.test ,, *', 'berth.port': '2' },
      },
      wants: ['a.test → http:2', '*.a.test → http:2', '* → http:2'],
    },
    {
      what: 'port and scheme are said',
      container: {
        labels: { 'berth.host': 'a.test', 'berth.port': ' 9000 ', 'berth.scheme': 'HTTPS' },
      },
      wants: ['a.test → https:9000'],
    },
    {
      what: 'the port of TLS is spoken to by TLS where nothing else is said',
      container: { ports: [8443], labels: { 'berth.host': 'a.test' } },
      wants: ['a.test → https:8443'],
    },
    {
      what: 'numbered groups, in the order of their numbers, take from the plain one what they do not say',
      container: {
        ports: [80, 90],
        labels: {
          'berth.host.10': 'd.test',
          'berth.host.2': 'c.test',
          'berth.port.2': '90',
          'berth.scheme.2': 'https',
          'berth.host': 'a.test, b.test',
        },
      },
      wants: ['a.test → http:80', 'b.test → http:80', 'c.test → https:90', 'd.test → http:80'],
    },
    {
      what: 'numbers alone will do',
      container: { labels: { 'berth.host.1': 'a.test', 'berth.port.1': '81' } },
      wants: ['a.test → http:81'],
    },
    {
      what: 'a host that is asked for twice goes where it was asked first',
      container: {
        ports: [80],
        labels: { 'berth.host': 'a.test', 'berth.host.1': 'a.test', 'berth.port.1': '81' },
      },
      wants: ['a.test → http:80'],
      problems: ['a.test is asked for twice: berth.host counts, and berth.host.1 does not'],
    },
    {
      what: 'a host is asked for all the same where the port is none, and goes nowhere',
      container: { ports: [80], labels: { 'berth.host': 'a.test', 'berth.port': '70000' } },
      wants: ['a.test → http:?'],
      problems: ['berth.port: "70000" is not a port from 1 to 65535'],
    },
    {
      what: 'a port that is not known is asked for',
      container: { ports: [9001, 9002], labels: { 'berth.host': 'a.test' } },
      wants: ['a.test → http:?'],
      problems: ['it exposes several: 9001, 9002; name it with berth.port'],
    },
    {
      what: 'what is no host is told with what is wrong, and hides no other',
      container: {
        ports: [80],
        labels: { 'berth.host': 'http://a.test, a.test/x, a.test:80, two words, -a, ok.test' },
      },
      wants: ['ok.test → http:80'],
      problems: ['without http://', 'without a path', 'without a port', '"two words"', '"-a"'],
    },
    {
      what: 'labels that are none of ours are told',
      container: {
        ports: [80],
        labels: { 'berth.hosts': 'a.test', 'berth.port.2': '80', 'berth.scheme': 'ftp' },
      },
      wants: [],
      problems: [
        'berth.hosts is none of berth.host',
        '"ftp" is neither http nor https',
        'say nothing without berth.host.2',
      ],
    },
    {
      what: 'berth.enable=false keeps a container out of everything',
      container: {
        ports: [80],
        labels: {
          'berth.enable': 'false',
          'berth.host': 'a.test',
          'dev.orbstack.domains': 'b.test',
        },
      },
      settings: { autoNames: true },
      wants: [],
    },
    {
      what: 'berth.enable=false holds where labels are not followed',
      container: { ports: [80], labels: { 'berth.enable': 'False' } },
      settings: { autoNames: true, isLabels: false },
      wants: [],
    },
    {
      what: 'berth.enable=true gives a name to a container that asks for none',
      container: { ports: [80], labels: { 'berth.enable': 'true' } },
      wants: ['web.shop.dev.local → http:80'],
    },
    {
      what: 'berth.enable=true takes nothing from what other labels ask for',
      container: {
        ports: [80],
        labels: { 'berth.enable': 'true', 'dev.orbstack.domains': 'b.test' },
      },
      wants: ['b.test → http:80'],
    },
    {
      what: 'berth.enable is true or false',
      container: { labels: { 'berth.enable': 'maybe' } },
      wants: [],
      problems: ['berth.enable: "maybe" is neither true nor false'],
    },
  ]);
});

describe('labels of OrbStack', () => {
  check([
    {
      what: 'domains go to the HTTP port',
      container: {
        ports: [80, 8080],
        labels: {
          'dev.orbstack.domains': 'a.local,*.b.local',
          'dev.orbstack.http-port': '8080',
          'dev.orbstack.https-port': '8443',
        },
      },
      wants: ['a.local → http:8080', '*.b.local → http:8080'],
    },
    {
      what: 'the HTTPS port counts where no other is said',
      container: {
        labels: { 'dev.orbstack.domains': 'a.local', 'dev.orbstack.https-port': '9443' },
      },
      wants: ['a.local → https:9443'],
    },
    {
      what: 'the default port where none is said',
      container: { ports: [1025, 8080], labels: { 'dev.orbstack.domains': 'a.local' } },
      wants: ['a.local → http:8080'],
    },
    {
      what: 'a port that is none',
      container: {
        ports: [80],
        labels: { 'dev.orbstack.domains': 'a.local', 'dev.orbstack.http-port': 'http' },
      },
      wants: ['a.local → http:?'],
      problems: ['dev.orbstack.http-port: "http" is not a port'],
    },
  ]);
});

const router = (rule: string, more: Record<string, string> = {}): Record<string, string> => ({
  'traefik.http.routers.web.rule': rule,
  ...more,
});

describe('labels of Traefik 2 and 3', () => {
  check([
    {
      what: 'a rule with one host goes to the lowest exposed port',
      container: { ports: [9000, 8080], labels: router('Host(`a.test`)') },
      wants: ['a.test → http:8080'],
    },
    {
      what: 'several hosts, in one matcher as in Traefik 2 and in several as in 3',
      container: {
        ports: [80],
        labels: router('Host(`a.test`,"b.test") || ( Host(`c.test`) || HostHeader(`d.test`) )'),
      },
      wants: ['a.test', 'b.test', 'c.test', 'd.test'].map((host) => `${host} → http:80`),
    },
    {
      what: 'the port and scheme of the only service',
      container: {
        ports: [80],
        labels: router('Host(`a.test`)', {
          'traefik.enable': 'true',
          'traefik.http.routers.web.tls': 'true',
          'traefik.http.routers.web.entrypoints': 'websecure',
          'traefik.http.services.any.loadbalancer.server.port': '9443',
          'traefik.http.services.any.loadbalancer.server.scheme': 'https',
        }),
      },
      wants: ['a.test → https:9443'],
    },
    {
      what: 'each router with the service that it names, whatever the case of labels',
      container: {
        ports: [1],
        labels: {
          'traefik.http.routers.A.rule': 'Host(`a.test`)',
          'traefik.http.routers.A.service': 'One@docker',
          'Traefik.HTTP.Routers.b.Rule': 'Host(`b.test`)',
          'traefik.http.routers.b.service': 'two',
          'traefik.http.services.One.loadBalancer.server.port': '8000',
          'traefik.http.services.two.loadbalancer.server.port': '9000',
        },
      },
      wants: ['a.test → http:8000', 'b.test → http:9000'],
    },
    {
      what: 'a router among several services has to name one',
      container: {
        labels: router('Host(`a.test`)', {
          'traefik.http.services.one.loadbalancer.server.port': '1',
          'traefik.http.services.two.loadbalancer.server.port': '2',
        }),
      },
      wants: [],
      problems: ['it has several services'],
    },
    {
      what: 'services elsewhere are not followed',
      container: {
        ports: [80],
        labels: {
          'traefik.http.routers.a.rule': 'Host(`a.test`)',
          'traefik.http.routers.a.service': 'api@internal',
          'traefik.http.routers.b.rule': 'Host(`b.test`)',
          'traefik.http.services.b.loadbalancer.server.url': 'http://10.0.0.1',
        },
      },
      wants: [],
      problems: ['"api@internal" is not one of this container', 'is at "http://10.0.0.1"'],
    },
    {
      what: 'a scheme that is not spoken',
      container: {
        ports: [80],
        labels: router('Host(`a.test`)', {
          'traefik.http.services.web.loadbalancer.server.scheme': 'h2c',
        }),
      },
      wants: [],
      problems: ['speaks "h2c"'],
    },
    {
      what: 'traefik.enable=false ends it',
      container: { ports: [80], labels: router('Host(`a.test`)', { 'traefik.enable': 'false' }) },
      wants: [],
    },
    {
      what: 'a path is not looked at, which is said',
      container: { ports: [80], labels: router('Host(`a.test`) && PathPrefix(`/api`)') },
      wants: ['a.test → http:80 …'],
      problems: ['PathPrefix is not looked at, so all requests for "a.test" are meant'],
    },
    {
      what: 'the router of the whole host goes before the one of a path',
      container: {
        labels: {
          'traefik.http.routers.api.rule': 'Host(`a.test`) && PathPrefix(`/api`)',
          'traefik.http.routers.api.service': 'api',
          'traefik.http.routers.web.rule': 'Host(`a.test`)',
          'traefik.http.routers.web.service': 'web',
          'traefik.http.services.api.loadbalancer.server.port': '1',
          'traefik.http.services.web.loadbalancer.server.port': '2',
        },
      },
      wants: ['a.test → http:2'],
      problems: ['PathPrefix is not looked at'],
    },
    {
      what: 'hosts of patterns are not known',
      container: {
        ports: [80],
        labels: router('HostRegexp(`{sub:[a-z]+}.test`) || Host(`a.test`)'),
      },
      wants: ['a.test → http:80'],
      problems: ['the hosts of HostRegexp are not known'],
    },
    {
      what: 'a rule without hosts, and one that holds for others, too',
      container: {
        ports: [80],
        labels: {
          'traefik.http.routers.a.rule': 'PathPrefix(`/`)',
          'traefik.http.routers.b.rule': 'Host(`b.test`) || Method(`GET`)',
        },
      },
      wants: ['b.test → http:80'],
      problems: ['routers.a.rule names no host', 'routers.b.rule holds for other hosts, too'],
    },
    {
      what: 'both of two matchers hold: hosts in both, and none that is denied',
      container: {
        ports: [80],
        labels: router('Host(`a.test`,`b.test`) && Host(`b.test`) && !Host(`c.test`)'),
      },
      wants: ['b.test → http:80 …'],
      problems: ['! is not looked at'],
    },
    {
      what: 'a rule that cannot be read, as one in single quotes',
      container: { ports: [80], labels: router("Host('a.test')") },
      wants: [],
      problems: ['values stand between backticks'],
    },
    {
      what: 'a rule that ends too early',
      container: { ports: [80], labels: router('Host(`a.test`) &&') },
      wants: [],
      problems: ['it ends too early'],
    },
    {
      what: 'without an exposed port there is none',
      container: { labels: router('Host(`a.test`)') },
      wants: ['a.test → http:?'],
      problems: ['name it with traefik.http.services.web.loadbalancer.server.port'],
    },
  ]);
});

describe('labels of Traefik 1', () => {
  check([
    {
      what: 'hosts, port and protocol',
      container: {
        ports: [80],
        labels: {
          'traefik.frontend.rule': 'Host:a.test, b.test',
          'traefik.port': '8443',
          'traefik.protocol': 'https',
        },
      },
      wants: ['a.test → https:8443', 'b.test → https:8443'],
    },
    {
      what: 'segments with ports of their own',
      container: {
        ports: [81, 80],
        labels: {
          'traefik.first.frontend.rule': 'Host:a.test',
          'traefik.first.port': '8000',
          'traefik.second.frontend.rule': 'Host:b.test',
        },
      },
      wants: ['a.test → http:8000', 'b.test → http:80'],
    },
    {
      what: 'a path is not looked at',
      container: {
        ports: [80],
        labels: { 'traefik.frontend.rule': 'Host:a.test;PathPrefixStrip:/x' },
      },
      wants: ['a.test → http:80 …'],
      problems: ['PathPrefixStrip is not looked at'],
    },
    {
      what: 'patterns and what is no rule',
      container: {
        ports: [80],
        labels: {
          'traefik.a.frontend.rule': 'HostRegexp:{s:.+}.test',
          'traefik.b.frontend.rule': 'b.test',
        },
      },
      wants: [],
      problems: ['HostRegexp are not known', 'a matcher, a colon and values'],
    },
    {
      what: 'traefik.enable=false ends it',
      container: {
        ports: [80],
        labels: { 'traefik.frontend.rule': 'Host:a.test', 'traefik.enable': 'false' },
      },
      wants: [],
    },
  ]);
});

describe('variables of nginx-proxy', () => {
  check([
    {
      what: 'a list of hosts goes to the only exposed port',
      container: { ports: [3000], environment: { VIRTUAL_HOST: 'a.test,*.b.test, .c.test' } },
      wants: ['a.test', '*.b.test', 'c.test', '*.c.test'].map((host) => `${host} → http:3000`),
    },
    {
      what: 'port 80 where several or none are exposed',
      container: { ports: [3000, 4000], environment: { VIRTUAL_HOST: 'a.test' } },
      wants: ['a.test → http:80'],
    },
    {
      what: 'port and protocol are said',
      container: {
        environment: { VIRTUAL_HOST: 'a.test', VIRTUAL_PORT: '8443', VIRTUAL_PROTO: 'https' },
      },
      wants: ['a.test → https:8443'],
    },
    {
      what: 'a port behind a host is that of the container',
      container: { ports: [3000], environment: { VIRTUAL_HOST: 'a.test:8080,b.test' } },
      wants: ['a.test → http:8080', 'b.test → http:3000'],
    },
    {
      what: 'patterns are not followed',
      container: { ports: [80], environment: { VIRTUAL_HOST: '~^a\\..*,a.*,b.test' } },
      wants: ['b.test → http:80'],
      problems: ['is a regular expression', '"a.*" is open at its end'],
    },
    {
      what: 'a path is not looked at, which is said',
      container: { ports: [80], environment: { VIRTUAL_HOST: 'a.test', VIRTUAL_PATH: '/api' } },
      wants: ['a.test → http:80 …'],
      problems: ['VIRTUAL_PATH="/api" is not looked at'],
    },
    {
      what: 'protocols other than HTTP are not spoken',
      container: {
        ports: [9000],
        environment: { VIRTUAL_HOST: 'a.test', VIRTUAL_PROTO: 'fastcgi' },
      },
      wants: [],
      problems: ['VIRTUAL_PROTO="fastcgi" is not spoken'],
    },
    {
      what: 'several ports are no port',
      container: { ports: [80], environment: { VIRTUAL_HOST: 'a.test', VIRTUAL_PORT: '80,443' } },
      wants: ['a.test → http:?'],
      problems: ['VIRTUAL_PORT: "80,443" is not a port'],
    },
    {
      what: 'VIRTUAL_HOST_MULTIPORTS in YAML takes the place of host and port',
      container: {
        ports: [80],
        environment: {
          VIRTUAL_HOST: 'not.test',
          VIRTUAL_PORT: '1',
          VIRTUAL_HOST_MULTIPORTS:
            'www.test:\none.test:\n  "/":\n    port: 8000\ntwo.test:\n  "/":\n  "/x":\n    port: 9000\n',
        },
      },
      wants: ['www.test → http:80', 'one.test → http:8000', 'two.test → http:80'],
      problems: ['1 more of its paths are not looked at'],
    },
    {
      what: 'VIRTUAL_HOST_MULTIPORTS in JSON',
      container: {
        ports: [80],
        environment: {
          VIRTUAL_HOST_MULTIPORTS:
            '{"a.test": {}, "b.test": {"/api": {"port": 8000, "dest": ""}}, "c.test": {"/": {"port": "x"}}}',
        },
      },
      wants: ['a.test → http:80', 'b.test → http:8000 …', 'c.test → http:?'],
      problems: ['"/api" is not looked at', '"x" is not a port'],
    },
    {
      what: 'a document that is none',
      container: { environment: { VIRTUAL_HOST_MULTIPORTS: 'a: [1, 2\nb: 3' } },
      wants: [],
      problems: ['VIRTUAL_HOST_MULTIPORTS: line'],
    },
    {
      what: 'a document of another form',
      container: { ports: [80], environment: { VIRTUAL_HOST_MULTIPORTS: 'a.test: 8000' } },
      wants: ['a.test → http:?'],
      problems: ['"a.test" has no paths'],
    },
  ]);
});

describe('automatic names', () => {
  check([
    {
      what: 'service, project and first suffix',
      container: { ports: [80] },
      settings: { autoNames: true },
      wants: ['web.shop.dev.local → http:80'],
    },
    {
      what: 'letters, digits and hyphens',
      container: { ports: [80], service: 'My_Wëb App', project: '_shop_' },
      settings: { autoNames: true },
      wants: ['my-web-app.shop.dev.local → http:80'],
    },
    {
      what: 'the port that berth.port says',
      container: { ports: [80, 81], labels: { 'berth.port': '81' } },
      settings: { autoNames: true },
      wants: ['web.shop.dev.local → http:81'],
    },
    {
      what: 'none beside a host that is asked for',
      container: { ports: [80], labels: { 'berth.host': 'a.test' } },
      settings: { autoNames: true },
      wants: ['a.test → http:80'],
    },
    {
      what: 'none outside of Compose',
      container: { ports: [80], project: null, service: null },
      settings: { autoNames: true },
      wants: [],
    },
    {
      what: 'none where nothing is left of a name',
      container: { ports: [80], service: '日本' },
      settings: { autoNames: true },
      wants: [],
      problems: ['no host name can be made'],
    },
    {
      what: 'where labels are not followed, hosts are not asked for by them',
      container: { ports: [80], labels: { 'berth.host': 'a.test', 'berth.port': '1' } },
      settings: { autoNames: true, isLabels: false },
      wants: ['web.shop.dev.local → http:80'],
    },
  ]);
});

describe('of several conventions', () => {
  const all: FakeContainer = {
    ports: [80],
    labels: {
      'berth.host': 'berth.test',
      'dev.orbstack.domains': 'orbstack.test',
      'traefik.http.routers.web.rule': 'Host(`traefik.test`)',
    },
    environment: { VIRTUAL_HOST: 'nginx.test' },
  };
  const without = (...keys: string[]): FakeContainer => ({
    ...all,
    labels: Object.fromEntries(
      Object.entries(all.labels ?? {}).filter(([key]) => !keys.includes(key)),
    ),
  });
  const rows = [
    [all, 'berth'],
    [without('berth.host'), 'orbstack'],
    [without('berth.host', 'dev.orbstack.domains'), 'traefik'],
    [{ ...all, labels: {} }, 'nginx'],
    [{ ...all, labels: {}, environment: {} }, 'web.shop.dev.local'],
  ] as const;
  it.each(rows)('the strongest counts alone (%#)', (container, first) => {
    const { wants } = wantedHosts(fakeContainer(container), { ...settings, autoNames: true });
    expect(wants).toHaveLength(1);
    expect(wants[0]?.name).toMatch(new RegExp(`^${first}`));
  });

  it('one that yields no host stands in nobody’s way, and is told', () => {
    const { wants, problems } = wantedHosts(
      fakeContainer({ ...all, labels: { ...all.labels, 'berth.host': 'no host' } }),
      settings,
    );
    expect(wants.map(({ name, convention }) => [name, convention])).toEqual([
      ['orbstack.test', 'orbstack'],
    ]);
    expect(problems).toHaveLength(1);
  });

  it('says which label it was', () => {
    const { wants } = wantedHosts(
      fakeContainer({ ports: [80], labels: { 'traefik.http.routers.web.rule': 'Host(`a.test`)' } }),
      settings,
    );
    expect(wants).toEqual([
      {
        name: 'a.test',
        port: 80,
        scheme: 'http',
        convention: 'traefik',
        from: 'traefik.http.routers.web.rule',
        isPartial: false,
      },
    ]);
  });
});
