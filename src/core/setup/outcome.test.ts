import { describe, expect, it, test } from 'vitest';
import type { StatusNotice } from '../../shared/contract/instance.ts';
import type { Proof } from '../../shared/contract/setup.ts';
import { outcomeOf, portAdvice } from './outcome.ts';
import { portStartPaths } from './portStart.ts';

const name: Proof = { kind: 'name', title: 'anything.dev.local', status: 'well', says: 'found' };
const trust: Proof = { kind: 'trust', title: 'Chromium', status: 'well', says: 'accepts' };
const page = (title: string, status: Proof['status'] = 'well', says = 'answers'): Proof => ({
  ...{ kind: 'page', title, status, says },
});
const pages = [page('https://anything.localhost/'), page('https://anything.dev.local/')];

describe('what a set-up is for', () => {
  it('is had when a page opens and nothing warns', () => {
    expect(outcomeOf([name, trust, ...pages], true)).toEqual({
      opens: 'well',
      says: 'https://anything.dev.local/ opens with no warning',
      command: null,
    });
  });

  it('is not had where something was seen that does not work, with what it was', () => {
    const refused = page('https://anything.dev.local:8443/', 'wrong', 'ECONNREFUSED');
    expect(outcomeOf([name, trust, refused], true)).toMatchObject({
      opens: 'wrong',
      says: 'https://anything.dev.local:8443/ does not open yet: ECONNREFUSED',
      command: 'berth doctor',
    });
    const warns: Proof = { ...trust, status: 'wrong', says: 'refuses it.' };
    expect(outcomeOf([name, warns, ...pages], true).says).toBe(
      'A page over HTTPS does not open yet: Chromium: refuses it',
    );
  });

  it('is not known without an instance, whatever else is well', () => {
    expect(outcomeOf([name, trust, page('https://x/', 'untried')], false)).toMatchObject({
      opens: 'untried',
      says: expect.stringContaining('No instance runs, so no page was opened'),
      command: 'berth --headless',
    });
  });

  it('is not known where nobody could shake hands', () => {
    const listed: Proof = { ...trust, status: 'untried' };
    expect(outcomeOf([name, listed, ...pages], true)).toMatchObject({
      opens: 'untried',
      says: expect.stringContaining('whether Chromium warns was not tried'),
    });
    expect(outcomeOf([name, ...pages], true).says).toContain('no store of trust is here');
    expect(outcomeOf([name, trust], true).opens).toBe('untried');
  });

  it('is said to be for the hosts of now where the resolver cannot be told', () => {
    const later: Proof = { ...name, status: 'untried' };
    expect(outcomeOf([later, trust, ...pages], true).says).toMatch(
      /opens with no warning\. A host that is added later needs this again/,
    );
  });
});

describe('a port in addresses', () => {
  const start = { ...portStartPaths, now: 1024, file: null, hasDirectory: true };
  const moved = (wanted: number, got: number, more: object): StatusNotice =>
    ({
      kind: 'port-moved',
      wanted,
      got,
      because: 'forbidden',
      owner: null,
      ...more,
    }) as StatusNotice;
  const at = (port: number, secure = true) => ({ address: '127.0.0.1', port, secure });
  const advise = (
    notices: readonly StatusNotice[],
    listeners = [at(8443)],
    more: Partial<Parameters<typeof portAdvice>[0]> = {},
  ) => portAdvice({ status: { listeners, notices }, platform: 'linux', start, ...more });

  test('that root has is told with the command that frees both', () => {
    expect(advise([moved(80, 8080, {}), moved(443, 8443, {})])).toEqual([
      {
        says: 'Addresses end in :8080 and :8443: the ports 80 and 443 take the rights of root here. This gives them to every user',
        command: 'berth setup --ports',
      },
    ]);
    const freed = advise([moved(443, 8443, {})], [at(8443)], { start: { ...start, now: 80 } });
    expect(freed).toEqual([
      { says: 'Addresses end in :8443; 443 are free now', command: 'berth reload' },
    ]);
  });

  test('that a program has is told with its name, and how to end it', () => {
    const nginx = { because: 'taken', owner: { name: 'nginx', pid: 812 } };
    expect(advise([moved(443, 8443, nginx)])).toEqual([
      {
        says: 'Addresses end in :8443: nginx (pid 812) has port 443; end it, then start the instance again',
        command: 'kill 812',
      },
    ]);
    const unknown = { because: 'taken', owner: null };
    expect(advise([moved(443, 8443, unknown)])[0]).toMatchObject({ command: null });
  });

  test('that was chosen is told as that, and 443 not at all', () => {
    expect(advise([], [at(9443)])[0]?.says).toContain(':9443, as https.bind');
    expect(advise([], [at(443), at(80, false)])).toEqual([]);
  });
});
