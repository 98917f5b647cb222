import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import type { ListenerStatus } from '../../shared/contract/instance.ts';
import type { NamesView } from '../../shared/contract/names.ts';
import type { Proof } from '../../shared/contract/setup.ts';
import { limits } from '../../shared/limits.ts';
import type { Names } from '../names/index.ts';
import type { Trust } from '../trust/index.ts';
import { openPage } from './openPage.ts';
import { addressOf, hostsToProve, nameProofs, pageProof, trustProofs } from './proofs.ts';

export interface ProveDeps {
  readonly names: Pick<Names, 'look'>;
  readonly trust: Pick<Trust, 'status'>;
  /** Of the instance; null where none runs. */
  readonly listeners: readonly ListenerStatus[] | null;
  /** Path of the CA's certificate, PEM. */
  readonly certificate: string;
  /** Milliseconds of any clock. */
  readonly now: () => number;
}

/** Tries what was set up, as programs do: names, certificates, a page. Says what could not be tried. */
export async function proveSetup(deps: ProveDeps): Promise<readonly Proof[]> {
  const { names, trust, listeners, certificate, now } = deps;
  const isRunning = listeners !== null;
  const { suffixes, resolver } = await names.look({ hosts: [] });
  // One that has not read what it was told a moment ago is waited for, and is wrong then.
  const isTold = resolver.state === 'installed' || resolver.state === 'untold';
  const byDns = isRunning && isTold;
  const view = await settled(
    async () => await names.look({ hosts: [...hostsToProve(suffixes, byDns)] }),
    now,
  );
  const named: readonly Proof[] = [
    ...nameProofs(view),
    ...(byDns ? [] : suffixes.map((suffix) => anyName(suffix, isRunning, view))),
  ];
  return [
    ...named,
    ...trustProofs(await trust.status({ prove: true })),
    ...(await pages(view, listeners, certificate)),
  ];
}

async function pages(
  { hosts }: NamesView,
  listeners: ProveDeps['listeners'],
  certificate: string,
): Promise<readonly Proof[]> {
  const all = hosts.map(({ host }) => host);
  if (listeners === null) return all.map((host) => pageOf(host, 'untried', 'no instance runs'));
  const secure = listeners.filter((listener) => listener.secure);
  const listener = secure.find(({ trustedFor }) => trustedFor !== undefined) ?? secure[0];
  if (listener === undefined) return all.map((host) => pageOf(host, 'wrong', withoutHttps));
  const { port } = listener;
  const authority = await readFile(certificate, 'utf8');
  const found = hosts.filter(({ verdict }) => verdict === 'here');
  return await Promise.all(
    found.map(async ({ host }) => pageProof(host, port, await openPage({ host, port, authority }))),
  );
}

const withoutHttps =
  'the instance does not serve HTTPS; https.bind of the configuration has it do so';

const pageOf = (host: string, status: Proof['status'], says: string): Proof => ({
  ...{ kind: 'page', title: addressOf(host, 443), status, says },
});

/** Where the resolver cannot be told, or nobody answers it, names that nobody mapped are no question. */
const anyName = (suffix: string, isRunning: boolean, { resolver }: NamesView): Proof => ({
  kind: 'name',
  title: `anything.${suffix}`,
  status: 'untried',
  says:
    resolver.state === 'unavailable'
      ? `${resolver.problem}: each new host needs this again`
      : !isRunning
        ? 'no instance runs, which would be asked'
        : resolver.state === 'untried'
          ? resolver.tried
          : `${resolver.title} does not ask the DNS server of Berth`,
});

/** A resolver that was told a moment ago may take another one. */
async function settled(look: () => Promise<NamesView>, now: () => number): Promise<NamesView> {
  const until = now() + limits.resolverSettleMs;
  for (;;) {
    const view = await look();
    const isFound = view.hosts.every(
      ({ verdict }) => verdict === 'here' || verdict === 'browsers-only',
    );
    if (isFound || now() >= until) return view;
    await setTimeout(limits.resolverTryMs);
  }
}
