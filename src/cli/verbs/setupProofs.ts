import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import {
  addressOf,
  hostsToProve,
  nameProofs,
  openPage,
  type Proof,
  pageProof,
  trustProofs,
} from '../../core/setup/index.ts';
import type { NamesView } from '../../shared/contract/names.ts';
import { limits } from '../../shared/limits.ts';
import type { Context } from '../context.ts';
import type { SetupOfUser } from './setupHere.ts';

/** Tries what was set up, as programs do: names, certificates, a page. Says what could not be tried. */
export async function proveSetup(
  here: Pick<SetupOfUser, 'names' | 'trust' | 'api' | 'certificate'>,
  { now }: Pick<Context, 'now'>,
): Promise<readonly Proof[]> {
  const { names, trust, api, certificate } = here;
  const { suffixes, resolver } = await names.look({ hosts: [] });
  const byDns = api !== null && resolver.state === 'installed';
  const view = await settled(
    async () => await names.look({ hosts: [...hostsToProve(suffixes, byDns)] }),
    now,
  );
  const named: readonly Proof[] = [
    ...nameProofs(view),
    ...(byDns ? [] : suffixes.map((suffix) => anyName(suffix, api !== null, view))),
  ];
  return [...named, ...trustProofs(await trust.status({ prove: true })), ...(await pages())];

  async function pages(): Promise<readonly Proof[]> {
    const found = view.hosts.filter(({ verdict }) => verdict === 'here');
    const all = view.hosts.map(({ host }) => host);
    if (api === null) return all.map((host) => untriedPage(host, 443, 'no instance runs'));
    const { listeners } = await api.instance.status();
    const secure = listeners.filter((listener) => listener.secure);
    const listener = secure.find(({ trustedFor }) => trustedFor !== undefined) ?? secure[0];
    if (listener === undefined) {
      return all.map((host) => untriedPage(host, 443, 'the instance does not serve HTTPS'));
    }
    const { port } = listener;
    const authority = await readFile(certificate, 'utf8');
    return await Promise.all(
      found.map(async ({ host }) =>
        pageProof(host, port, await openPage({ host, port, authority })),
      ),
    );
  }
}

const untriedPage = (host: string, port: number, why: string): Proof => ({
  kind: 'page',
  title: addressOf(host, port),
  status: 'untried',
  says: why,
});

/** Where the resolver cannot be told, or nobody answers it, names that nobody mapped are no question. */
const anyName = (suffix: string, isRunning: boolean, { resolver }: NamesView): Proof => ({
  kind: 'name',
  title: `anything.${suffix}`,
  status: 'untried',
  says:
    resolver.state === 'unavailable'
      ? `${resolver.problem}: each new host needs this command again`
      : isRunning
        ? `${resolver.title} does not ask the DNS server of Berth`
        : 'no instance runs, which would be asked',
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
