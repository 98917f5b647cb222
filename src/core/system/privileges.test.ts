import { describe, expect, it } from 'vitest';
import { type Accounts, becomeUser, groupIn, planPrivileges } from './privileges.ts';

const accounts: Accounts = {
  user: (name) => (name === 'www-data' || name === 33 ? { uid: 33, gid: 33 } : null),
  group: (name) => (name === 'adm' ? 4 : null),
};
const plan = (
  user: string | number | null,
  group: string | number | null,
  defaults: 'hipache' | 'berth' = 'hipache',
) => planPrivileges({ user, group, defaults }, true, accounts);

describe('the rights of root', () => {
  it('are no matter to anybody else', () => {
    const config = { user: 'nobody-such', group: null, defaults: 'hipache' } as const;
    expect(planPrivileges(config, false, accounts)).toEqual({ kind: 'keep', warning: null });
  });

  it('are dropped for the user of the configuration and his group', () => {
    expect(plan('www-data', null)).toEqual({
      kind: 'drop',
      identity: { uid: 33, gid: 33, name: 'www-data' },
    });
  });

  it('are dropped for another group, named or numbered', () => {
    expect(plan('www-data', 'adm')).toMatchObject({ identity: { uid: 33, gid: 4 } });
    expect(plan(33, 7)).toMatchObject({ identity: { uid: 33, gid: 7 } });
    expect(plan(4711, 7)).toMatchObject({ identity: { uid: 4711, gid: 7 } });
  });

  it.each(['root', 0, '0'])('are kept for %j', (user) => {
    expect(plan(user, null)).toEqual({ kind: 'keep', warning: null });
  });

  it('need a user where there is a config.json of Hipache', () => {
    expect(() => plan(null, null)).toThrow(
      expect.objectContaining({ code: 'BERTH_USER_REQUIRED' }),
    );
    expect(() => plan(null, 'adm')).toThrow(
      expect.objectContaining({ code: 'BERTH_USER_REQUIRED' }),
    );
  });

  it('are kept without one, and that is said', () => {
    expect(plan(null, null, 'berth')).toEqual({
      kind: 'keep',
      warning: expect.stringContaining('root'),
    });
  });

  it.each([
    ['nobody-such', null],
    ['www-data', 'nobody-such'],
    [4711, null],
  ])('cannot be dropped for the unknown user %j and group %j', (user, group) => {
    expect(() => plan(user, group)).toThrow(
      expect.objectContaining({ code: 'BERTH_CONFIG_INVALID' }),
    );
  });
});

it('an unknown user and an unknown group are named together', () => {
  expect(() => plan('nobody-such', 'no-group')).toThrow(
    'user is "nobody-such", which this machine does not know; group is "no-group", which this machine does not know',
  );
});

describe('becoming another user', () => {
  const system = (mayReturn: boolean) => {
    const calls: string[] = [];
    let uid = 0;
    let gid = 0;
    return {
      calls,
      setgroups: (groups: readonly number[]) => calls.push(`setgroups ${groups}`),
      initgroups: (user: string | number, group: number) =>
        calls.push(`initgroups ${user} ${group}`),
      setgid: (id: number) => {
        calls.push(`setgid ${id}`);
        gid = id;
      },
      setuid: (id: number) => {
        if (id === 0 && !mayReturn) throw new Error('EPERM');
        calls.push(`setuid ${id}`);
        uid = id;
      },
      getuid: () => uid,
      getgid: () => gid,
    };
  };

  it('gives up groups, then the group, then the user', () => {
    const calls = system(false);
    becomeUser({ uid: 33, gid: 4, name: 'www-data' }, calls);
    expect(calls.calls).toEqual(['initgroups www-data 4', 'setgid 4', 'setuid 33']);
  });

  it('fails when the way back is open', () => {
    expect(() => becomeUser({ uid: 33, gid: 33, name: 'www-data' }, system(true))).toThrow(
      'taken back',
    );
  });
});

it('a group is found in the file of groups', () => {
  const text = 'root:x:0:\nadm:x:4:syslog\nadmin:x:99:\n';
  expect(groupIn(text, 'adm')).toBe(4);
  expect(groupIn(text, 'ad')).toBeNull();
});
