import type { CheckFix } from '../../../shared/contract/doctor.ts';
import { limits } from '../../../shared/limits.ts';
import { addNames, areCovered, isPermitted } from '../../certificates/names.ts';
import { authorityPlace } from '../../certificates/place.ts';
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
import type { Handshake } from '../handshake.ts';
import { counted, day, hostPort, named, whyUnmade } from '../words.ts';

const dayMs = 86_400_000;

export const certificateChecks: readonly Check[] = [
  {
    id: 'certificates.authority',
    group: 'certificates',
    title: 'The local CA is good for every suffix',
    needs: [],
    timeLimitMs: limits.doctorBrowserMs,
    run: checkAuthority,
  },
  {
    id: 'certificates.key',
    group: 'certificates',
    title: 'The key of the CA is closed to others',
    needs: [],
    timeLimitMs: limits.doctorBrowserMs,
    run: async ({ machine, directories, keyMode }) => {
      const { key } = authorityPlace(directories.data);
      const found = await keyMode();
      if (found === null) return skipped(`not tried: ${whyUnmade('absent')}`);
      if (machine.platform === 'win32') {
        return skipped('not tried: who may read it is a matter of access lists here');
      }
      const mode = found.toString(8).padStart(3, '0');
      if ((found & 0o077) === 0) return ok(`${key} has mode ${mode}`);
      return problem(`${key} has mode ${mode}: others may sign with it`, {
        fix: offer(
          'Close it; whoever has read it can pass for any host of yours until the CA is replaced.',
          { id: 'close-key', label: 'Close it' },
          `chmod 600 ${key}`,
        ),
      });
    },
  },
  {
    id: 'certificates.hosts',
    group: 'certificates',
    title: 'Every host has a certificate of its own',
    needs: ['instance'],
    timeLimitMs: limits.doctorBrowserMs,
    run: checkHosts,
  },
];

async function checkAuthority(context: DoctorContext): Promise<Finding> {
  const { machine, directories } = context;
  const place = authorityPlace(directories.data);
  const text = await machine.readText(place.certificate);
  if (text === '') return await noAuthority(context);
  const { readAuthority } = await import('../../certificates/x509.ts');
  const { from, to, permitted, subject, isCa } = readAuthority(text);
  const now = machine.wallClock();
  const anew = advise(
    'Give the CA a new certificate, and have that trusted; without it the next page by HTTPS makes one.',
    'berth trust',
  );
  if (!isCa) return problem(`${place.certificate} is not the certificate of a CA`, { fix: anew });
  if (now < from) {
    return problem(`the local CA is good from ${day(from)} on, and the clock says ${day(now)}`, {
      fix: advise('Set the clock of this machine.'),
    });
  }
  if (now > to) return problem(`the local CA ended on ${day(to)}`, { fix: anew });
  const needed = await context.needed();
  if (permitted !== null && !areCovered(needed, permitted)) {
    const lacking = needed.filter((name) => !areCovered([name], permitted));
    return problem(
      `the local CA may not sign for ${named(lacking)}, only for ${named(permitted)}`,
      {
        fix: anew,
      },
    );
  }
  if (to - now < limits.certificateEndsDays * dayMs)
    return warning(`the local CA ends on ${day(to)}`, { fix: anew });
  return ok(
    `${subject}, until ${day(to)}, for ${permitted === null ? 'every name' : named(permitted, 6)}`,
  );
}

/** It is made by whoever needs it first: a page that is opened, or who trusts it. A doctor does not need it. */
async function noAuthority(context: DoctorContext): Promise<Finding> {
  const fix = advise(
    'Have it made and trusted before the first page needs it; the exact changes are shown first.',
    'berth trust',
  );
  const isServed =
    context.instance !== null &&
    (await context.status()).listeners.some((one) => one.secure && one.hasCertificate !== true);
  const evidence = whyUnmade('absent');
  return isServed
    ? warning(`${evidence}, so that nothing trusts it: a page that is opened by HTTPS warns`, {
        fix,
      })
    : skipped(`not tried: ${evidence}`, { fix });
}

/** Those of `certificates.names`. */
const addedNames = (context: DoctorContext): Promise<readonly string[]> =>
  context.configuration().then(
    ({ config }) => config.certificates.names,
    () => [],
  );

/** What is wrong with the certificate of a host, by what helps. */
interface Flaw {
  readonly host: string;
  readonly why: string;
  readonly kind: /** It is not right, or ended. */
    | 'bad'
    /** It ends soon. */
    | 'soon'
    /** A person sends the host to this machine, and the local CA may not sign for it. */
    | 'not-permitted'
    /** Connections are taken, and no certificate is shown. */
    | 'slow'
    | 'unreachable';
}

function flawOf(host: string, hand: Handshake, now: number): Flaw | null {
  if (!hand.ok) {
    const why = `no handshake (${hand.reason})`;
    return { host, why, kind: hand.isCutOff ? 'slow' : 'unreachable' };
  }
  const { mismatch, validFrom, validTo } = hand;
  if (mismatch !== null) return { host, why: mismatch, kind: 'bad' };
  if (validTo < now) return { host, why: `it ended on ${day(validTo)}`, kind: 'bad' };
  if (validFrom > now) return { host, why: `it begins on ${day(validFrom)}`, kind: 'bad' };
  return validTo - now < limits.certificateEndsDays * dayMs
    ? { host, why: `it ends on ${day(validTo)}`, kind: 'soon' }
    : null;
}

async function checkHosts(context: DoctorContext): Promise<Finding> {
  const made = await context.handshakes();
  if (made === null) return skipped('not tried: no HTTPS is configured');
  const { listener, hands, left: unasked } = made;
  if (hands.length + unasked.length === 0) return skipped('not tried: there is no host yet');
  const now = context.machine.wallClock();
  const needed = await context.needed();
  const added = await addedNames(context);
  const subject = await subjectOf(context);
  /** Hosts that the local CA is not for. */
  const isBeyond = (host: string, hand: Handshake): boolean =>
    hand.ok && hand.mismatch !== null && hand.issuer === subject && !isPermitted(host, needed);
  const beyond = hands.filter(({ host, hand }) => isBeyond(host, hand)).map(({ host }) => host);
  const agreed = new Set(beyond.length === 0 ? [] : (await context.names()).byHand);
  const refused = beyond.filter((host) => agreed.has(host));
  const left = beyond.filter((host) => !agreed.has(host));
  const looked = hands.filter(({ host }) => !beyond.includes(host));
  const flaws: readonly Flaw[] = [
    ...looked.flatMap(({ host, hand }) => flawOf(host, hand, now) ?? []),
    ...refused.map((host): Flaw => {
      const why = `the local CA may not sign for it, only for ${named(needed, 6)}`;
      return { host, why, kind: 'not-permitted' };
    }),
  ];
  const details = [
    ...flaws.map(({ host, why }) => `${host}: ${why}`),
    ...left.map((host) => `${host}: of another domain, and not in certificates.names`),
  ];
  const isGrave = ({ kind }: Flaw): boolean => kind !== 'soon' && kind !== 'slow';
  const worst = flaws.find(isGrave) ?? flaws.find(({ kind }) => kind === 'slow') ?? flaws[0];
  if (worst === undefined && unasked.length > 0) {
    const unmade = (await context.unmade()) ?? 'absent';
    const seen = hands.length === 0 ? '' : `; ${counted(hands.length, 'host')} with files is well`;
    const says = `not tried for ${named(unasked)}: ${whyUnmade(unmade)}${seen}`;
    const fix = advise('Have it made, and trusted.', 'berth trust');
    return skipped(says, { details, fix });
  }
  if (worst === undefined) {
    const at = hostPort(listener.address, listener.port);
    const ends = looked.flatMap(({ hand }) => (hand.ok ? [hand.validTo] : []));
    const own =
      ends.length === 0
        ? 'no host that the local CA is for'
        : `${counted(ends.length, 'host')} at ${at}, the first ends on ${day(Math.min(...ends))}`;
    const others =
      left.length === 0 ? '' : `; ${counted(left.length, 'host')} of other domains without one`;
    return ok(`${own}${others}`, { details });
  }
  const say = isGrave(worst) ? problem : warning;
  const more = flaws.length > 1 ? `, and ${flaws.length - 1} more` : '';
  return say(`${worst.host}: ${worst.why}${more}`, { details, fix: fixOf(worst) });

  function fixOf({ kind }: Flaw): CheckFix {
    switch (kind) {
      case 'bad':
      case 'soon':
        return advise(
          'Give the host a certificate of its own, or replace the files of https.key and https.cert.',
          'berth reload',
        );
      case 'not-permitted':
        return advise(
          'Have the local CA made for it too, and trusted anew.',
          addNames(added, refused),
        );
      case 'slow':
        return advise(
          'The instance may be overloaded, or still be making the certificate: look again. If it stays so, its log says why.',
          'berth doctor',
        );
      case 'unreachable':
        return advise('Look whether the instance still listens there.', 'berth status');
    }
  }
}

/** Of the local CA; null while there is none that can be read. */
async function subjectOf({ machine, directories }: DoctorContext): Promise<string | null> {
  const text = await machine.readText(authorityPlace(directories.data).certificate);
  if (text === '') return null;
  const { readAuthority } = await import('../../certificates/x509.ts');
  return readAuthority(text).subject;
}
