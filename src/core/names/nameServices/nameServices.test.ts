import { describe, expect, test } from 'vitest';
import { nameFindings } from './findings.ts';
import { endsWhenNotFound, readNsswitch, sourcesFor } from './nsswitch.ts';

const debian = 'hosts: files mdns4_minimal [NOTFOUND=return] dns';
const fedora =
  'hosts:      files myhostname mdns4_minimal [NOTFOUND=return] resolve [!UNAVAIL=return] dns';
const manjaro =
  'hosts: mymachines mdns4_minimal [NOTFOUND=return] resolve [!UNAVAIL=return] files myhostname dns';
const whole = 'hosts: mdns4 [NOTFOUND=return] files dns';

describe('nsswitch.conf', () => {
  test.each([
    [null, ['files', 'dns']],
    ['passwd: files\n', ['files', 'dns']],
    ['# hosts: dns\nhosts:\tfiles  dns # more\n', ['files', 'dns']],
    ['hosts: [x=y] files[NOTFOUND=return]dns', ['files', 'dns']],
    ['hosts:', []],
  ])('%j has %j', (text, names) => {
    expect(readNsswitch(text).map(({ name }) => name)).toEqual(names);
  });

  test.each([
    [['NOTFOUND=RETURN'], true],
    [['!UNAVAIL=RETURN'], true],
    [['!NOTFOUND=RETURN'], false],
    [['SUCCESS=RETURN'], false],
    [['NOTFOUND=RETURN', 'NOTFOUND=CONTINUE'], false],
    [[], false],
  ])('%j ends the search where a name is not found: %s', (actions, ends) => {
    expect(endsWhenNotFound({ name: 'x', actions })).toBe(ends);
  });

  test.each([
    [debian, 'app.dev.local', ['files', 'dns']],
    [debian, 'app.local', ['files', 'mdns4_minimal']],
    [debian, 'app.test', ['files', 'dns']],
    [fedora, 'app.dev.local', ['files', 'myhostname', 'resolve']],
    [manjaro, 'app.dev.local', ['mymachines', 'resolve']],
    [manjaro, 'dev.local', ['mymachines', 'mdns4_minimal']],
    [whole, 'app.dev.local', ['mdns4']],
    [whole, 'app.localhost', ['files', 'dns']],
  ])('%s asks for %s', (text, host, sources) => {
    expect(sourcesFor(readNsswitch(text), host)).toEqual(sources);
  });
});

describe('findings', () => {
  const of = (text: string, hosts: readonly string[], platform: NodeJS.Platform = 'linux') =>
    nameFindings({
      platform,
      services: readNsswitch(text),
      suffixes: ['dev.local'],
      hosts,
    }).map(({ id, severity, hosts: about }) => [id, severity, ...about]);
  const app = 'app.dev.local';

  test.each<[string, readonly string[], readonly unknown[]]>([
    [debian, [app, 'app.test'], []],
    [fedora, [app], []],
    // systemd-resolved reads the hosts file itself.
    [manjaro, [app], []],
    [debian, [app, 'x.local'], [['dns-not-asked', 'warning', 'x.local']]],
    [manjaro, ['x.local'], [['mdns-before-files', 'problem', 'x.local']]],
    [whole, [app, 'app.test'], [['mdns-before-files', 'problem', app]]],
    ['hosts: dns', [app], [['hosts-file-not-read', 'problem']]],
    ['hosts: files', [app], [['dns-not-asked', 'warning', app]]],
  ])('of %s for %j', (text, hosts, expected) => {
    expect(of(text, hosts)).toEqual(expected);
  });

  test('name the source, the host and the line', () => {
    const [finding] = nameFindings({
      platform: 'linux',
      services: readNsswitch(whole),
      suffixes: ['dev.local'],
      hosts: [app, 'b.dev.local'],
    });
    expect(finding?.says).toBe(
      'mdns4 ends the search for app.dev.local and 1 more before the hosts file and DNS are asked (hosts: mdns4 [NOTFOUND=RETURN] files dns)',
    );
    expect(finding?.fix).toContain('Put "files" before "mdns4"');
  });

  test('of macOS warn of .local, and of no other suffix; nsswitch.conf does not count there', () => {
    expect(of(whole, [app], 'darwin')).toEqual([['macos-local', 'warning']]);
    const local = { platform: 'darwin', services: [], suffixes: ['dev.local'], hosts: [] } as const;
    expect(nameFindings(local)).toHaveLength(1);
    // What its fix has done is done.
    expect(nameFindings({ ...local, isSetUp: true })).toEqual([]);
    expect(
      nameFindings({
        platform: 'darwin',
        services: [],
        suffixes: ['localhost'],
        hosts: [],
      }),
    ).toEqual([]);
  });

  test('of a Linux inside Windows tell of the other hosts file', () => {
    const [finding] = nameFindings({
      platform: 'linux',
      services: readNsswitch(debian),
      suffixes: ['dev.local'],
      isWsl: true,
      hosts: [app],
    });
    expect(finding).toMatchObject({
      id: 'wsl',
      fix: expect.stringContaining('drivers\\etc\\hosts'),
    });
  });

  test('warn of a suffix that browsers take over HTTPS alone', () => {
    const [finding] = nameFindings({
      platform: 'win32',
      services: [],
      suffixes: ['my.dev'],
      hosts: [],
    });
    expect(finding?.id).toBe('suffix-https-only');
  });
});
