import { oc, type } from '@orpc/contract';
import { z } from 'zod';
import { limits } from '../limits.ts';
import { heldPlan, refusals } from './common.ts';

/** Something in the settings of a machine that keeps hosts from being found. Ids are stable; new ones may be added. */
export interface NameFinding {
  readonly id:
    | 'hosts-file-not-read'
    | 'mdns-before-files'
    | 'dns-not-asked'
    | 'macos-local'
    | 'suffix-https-only'
    | 'hosts-file-conflict'
    | 'wsl';
  readonly severity: 'problem' | 'warning';
  /** One sentence, without a full stop. */
  readonly says: string;
  /** What to do, in a sentence or two. */
  readonly fix: string;
  /** Those that it is about; empty for all. */
  readonly hosts: readonly string[];
}

/** What one way finds for a host, of one family. */
export type Found =
  | { readonly kind: 'addresses'; readonly addresses: readonly string[] }
  /** It knows the host, and no address of this family. */
  | { readonly kind: 'none' }
  | { readonly kind: 'not-found' }
  /** It was not asked: there is none, or not for this host. */
  | { readonly kind: 'not-asked' }
  | { readonly kind: 'failed'; readonly reason: string };

export interface Families {
  readonly v4: Found;
  readonly v6: Found;
}

/** How one host is found, by each way that there is. */
export interface HostNames {
  readonly host: string;
  /** As programs do: getaddrinfo. */
  readonly system: Families;
  /** Berth's own DNS server, asked directly. */
  readonly dns: Families;
  /** The hosts file, whoever wrote its lines. */
  readonly hostsFile: Families;
  readonly verdict: /** Programs come to this machine, over both families or the one that they find. */
    | 'here'
    /** Some address is not of this machine. */
    | 'elsewhere'
    /** Browsers know it by themselves, and other programs do not find it. */
    | 'browsers-only'
    | 'not-found';
  /** One sentence; empty for `here`. */
  readonly reason: string;
}

/** Hosts that are in the hosts file, and that should be. */
interface HostsFileView {
  readonly path: string;
  readonly state: /** Its block has each host, and no other. */
    | 'installed'
    /** Some are missing, or too many. */
    | 'outdated'
    | 'absent'
    /** It cannot be read, or its block was edited to pieces. */
    | 'broken';
  readonly missing: readonly string[];
  readonly excess: readonly string[];
  /** Hosts for which it has no room: more than `limits.maxHostsFileNames` are wanted. */
  readonly left: number;
  /** One sentence for `broken`; else empty. */
  readonly problem: string;
  /** Whether the instance keeps it so by itself: `names.hostsFile`, and the rights to write it. */
  readonly isKept: boolean;
}

/** The resolver of the machine, and whether it asks Berth's DNS server. */
export interface ResolverView {
  readonly id: 'macos' | 'systemd-resolved' | 'dnsmasq' | 'networkmanager' | 'windows' | 'none';
  readonly title: string;
  readonly evidence: string;
  readonly state: /** A name that only Berth's DNS server knows was found through it. */
    | 'installed'
    /** It is told to ask, and such a name is not found: it has not read what it is told. */
    | 'untold'
    /** It is told to ask, and Berth's DNS server does not answer. */
    | 'untried'
    | 'outdated'
    | 'absent'
    | 'unavailable';
  /** What was tried of what it is told, as a sentence without a full stop; empty where it is told nothing. */
  readonly tried: string;
  /** Why it is `unavailable`; else empty. */
  readonly problem: string;
  /** Directory of another instance's data, which the resolver was told of last; null where there is none. */
  readonly other: string | null;
}

export interface NamesView {
  readonly suffixes: readonly string[];
  readonly dns: { readonly address: string; readonly port: number } | null;
  readonly hostsFile: HostsFileView;
  readonly resolver: ResolverView;
  readonly findings: readonly NameFinding[];
  /**
   * As they were asked for; else those that the hosts file is to have, or has in lines of others, up to
   * `limits.maxNamesLooked`.
   */
  readonly hosts: readonly HostNames[];
  /** Wildcards, which no hosts file can say. */
  readonly wildcards: readonly string[];
  /** Hosts outside of the suffixes: nobody has asked for them in the hosts file. */
  readonly foreign: readonly string[];
  /** Those of them that a person of this machine has asked for by name, so that the hosts file is to have them. */
  readonly byHand: readonly string[];
}

/** A change to the machine, as a person is shown it before it is made. */
export interface ShownStep {
  /** One sentence, without a full stop. */
  readonly says: string;
  readonly needsRoot: boolean;
  /** Of a program that is run; null for a file. */
  readonly command: readonly string[] | null;
  /**
   * Of a file: its path, and every line that comes (`+`) and goes (`-`), as `diff -U0` has them: a line `@@ … @@` says where
   * in a file that was there. Null for a command.
   */
  readonly file: { readonly path: string; readonly lines: readonly string[] } | null;
}

export interface NamesPlan {
  /** By which `change` does it; for some minutes, and once. */
  readonly id: string;
  readonly steps: readonly ShownStep[];
  /** What is not possible here, a sentence each. */
  readonly problems: readonly string[];
  /** Hosts outside of the suffixes that the hosts file gets, each since a person has asked for it by name. */
  readonly byHand: readonly string[];
}

export interface DoneStep {
  readonly step: ShownStep;
  readonly status: 'done' | 'failed' | 'left';
  readonly reason: string;
}

export interface NamesDone {
  readonly results: readonly DoneStep[];
  readonly problems: readonly string[];
  /** What a person has to run, since nobody could be asked for the rights; null when there is nothing. */
  readonly byHand: string | null;
}

const hostSchema = z.string().min(1).max(limits.maxHostBytes);

const changeSchema = z.strictObject({
  action: z.enum(['install', 'uninstall']),
  /** Both when left out, as far as they are possible. */
  way: z.enum(['hosts-file', 'dns']).optional(),
  /** Hosts of other domains that the hosts file is to have too. */
  hosts: z.array(hostSchema).max(limits.maxNamesLooked).default([]),
});

export interface NamesChange extends Readonly<Omit<z.output<typeof changeSchema>, 'hosts'>> {
  readonly hosts: readonly string[];
}

export const namesContract = {
  /** Looks anew, which may take seconds: names that nobody knows are slow to fail. */
  look: oc
    .errors(refusals)
    .input(z.strictObject({ hosts: z.array(hostSchema).max(limits.maxNamesLooked).optional() }))
    .output(type<NamesView>()),
  /** What a change would do. */
  plan: oc.errors(refusals).input(changeSchema).output(type<NamesPlan>()),
  /**
   * Does what a plan has shown, and nothing else; refused when a file is not what it was then. Rights are asked for in a
   * window of the system, where there is a screen.
   */
  change: oc.errors(refusals).input(heldPlan).output(type<NamesDone>()),
};
