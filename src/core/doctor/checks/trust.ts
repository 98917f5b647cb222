import { X509Certificate } from 'node:crypto';
import type { TrustStoreView, TrustView } from '../../../shared/contract/trust.ts';
import { limits } from '../../../shared/limits.ts';
import { authorityPlace } from '../../certificates/place.ts';
import { trustAction } from '../actions.ts';
import {
  advise,
  type Check,
  type Finding,
  offer,
  ok,
  problem,
  skipped,
  warning,
} from '../check.ts';
import type { DoctorContext } from '../context.ts';
import { named, whyUnmade } from '../words.ts';

/** Stores of the whole system, by the beginning of their ids; all others are of browsers. */
const ofSystem = /^(system|keychain-|windows-)/;

export const trustChecks: readonly Check[] = [
  {
    id: 'trust.system',
    group: 'trust',
    title: 'The system trusts the local CA',
    needs: [],
    timeLimitMs: limits.doctorBrowserMs,
    run: (context) => checkStores(context, (id) => ofSystem.test(id), 'programs'),
  },
  {
    id: 'trust.browsers',
    group: 'trust',
    title: 'Browsers trust the local CA',
    needs: [],
    timeLimitMs: limits.doctorBrowserMs,
    run: (context) => checkStores(context, (id) => !ofSystem.test(id), 'browsers'),
  },
  {
    id: 'trust.node',
    group: 'trust',
    title: 'Node trusts the local CA',
    needs: [],
    timeLimitMs: limits.doctorBrowserMs,
    run: checkNode,
  },
];

async function checkStores(
  context: DoctorContext,
  isMeant: (id: string) => boolean,
  who: string,
): Promise<Finding> {
  const view = await context.trust();
  const lack = lackOf(view);
  if (lack !== null) return lack;
  const stores = view.stores.filter(
    ({ id, state, byDefault }) => isMeant(id) && byDefault && state !== 'unavailable',
  );
  const details = stores.map(({ title, evidence }) => `${title}: ${evidence}`);
  if (stores.length === 0) {
    const why = view.stores.find(({ id, state }) => isMeant(id) && state === 'unavailable');
    return skipped(
      `not tried: ${why === undefined ? 'there is no such store here' : why.evidence}`,
    );
  }
  const fix = (store: TrustStoreView) =>
    offer(
      `Have ${store.title} trust it; each step is shown first.`,
      { id: trustAction(store.id), label: 'Trust…' },
      `berth trust --store ${store.id}`,
    );
  const outdated = stores.find(({ state }) => state === 'outdated');
  if (outdated !== undefined) {
    return problem(`${outdated.title}: ${outdated.evidence}`, { details, fix: fix(outdated) });
  }
  const refusing = stores.filter(({ state }) => state === 'absent');
  const [first] = refusing;
  if (first !== undefined) {
    return warning(`${first.title}: ${first.evidence}, so that ${who} warn of HTTPS`, {
      details,
      fix: fix(first),
    });
  }
  const trusted = stores.filter(({ state }) => state === 'trusted');
  const proven = trusted.filter(({ proof }) => proof === 'handshake');
  const unknown = stores.find(({ state }) => state === 'unknown');
  if (proven.length === stores.length) {
    return ok(`${named(stores.map(({ title }) => title))}, by a real handshake`, { details });
  }
  // What a store lists is not what its programs accept.
  const untried = unknown ?? trusted.find(({ proof }) => proof !== 'handshake');
  return skipped(
    `not tried in full: ${untried?.title}: ${untried?.evidence}, and no handshake could be tried`,
    {
      details,
    },
  );
}

function lackOf({ authority }: TrustView): Finding | null {
  return authority === null ? skipped(`not tried: ${whyUnmade('absent')}`) : null;
}

async function checkNode({ machine, directories }: DoctorContext): Promise<Finding> {
  const { certificate } = authorityPlace(directories.data);
  const text = await machine.readText(certificate);
  if (text === '') return skipped(`not tried: ${whyUnmade('absent')}`);
  const file = machine.env['NODE_EXTRA_CA_CERTS'];
  if (file === undefined || file === '') {
    return skipped('not tried: NODE_EXTRA_CA_CERTS is not set here, which is how Node is told');
  }
  const { fingerprint256 } = new X509Certificate(text);
  const named =
    (await machine.readText(file)).match(
      /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g,
    ) ?? [];
  if (named.some((one) => new X509Certificate(one).fingerprint256 === fingerprint256)) {
    return ok(`NODE_EXTRA_CA_CERTS names ${file}, which has it`);
  }
  return warning(`NODE_EXTRA_CA_CERTS names ${file}, which does not have it`, {
    fix: advise(
      'Name the certificate of the CA, or add it to that file.',
      `export NODE_EXTRA_CA_CERTS=${certificate}`,
    ),
  });
}
