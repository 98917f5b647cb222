import type { Found, HostNames, NamesView } from '../../src/shared/contract/names.ts';

const found = (...addresses: string[]): Found => ({ kind: 'addresses', addresses });

/** A host that is found here by every way, with what a test wants changed. */
export const hostNames = (fields: Partial<HostNames> = {}): HostNames => ({
  host: 'app.dev.local',
  system: { v4: found('127.0.0.1'), v6: found('::1') },
  dns: { v4: found('127.0.0.1'), v6: found('::1') },
  hostsFile: { v4: found('127.0.0.1'), v6: found('::1') },
  verdict: 'here',
  reason: '',
  ...fields,
});

/** A machine on which nothing was installed yet, with what a test wants changed. */
export const namesView = (fields: Partial<NamesView> = {}): NamesView => ({
  suffixes: ['localhost', 'dev.local'],
  dns: { address: '127.0.0.1', port: 15_353 },
  hostsFile: {
    path: '/etc/hosts',
    state: 'absent',
    missing: ['app.dev.local'],
    excess: [],
    left: 0,
    problem: '',
    isKept: false,
  },
  resolver: {
    id: 'systemd-resolved',
    title: 'systemd-resolved',
    evidence: '/etc/resolv.conf names its address 127.0.0.53.',
    state: 'absent',
    tried: '',
    problem: '',
    other: null,
  },
  findings: [],
  hosts: [],
  wildcards: [],
  foreign: [],
  byHand: [],
  ...fields,
});
