import { limits } from '../../../shared/limits.ts';
import { areCovered, neededNames } from '../../certificates/names.ts';
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
import { counted, day, hostPort, named } from '../words.ts';

const dayMs = 86_400_000;

export const certificateChecks: readonly Check[] = [
  {
    id: 'certificates.authority',
    group: 'certificates',
    title: 'The local CA is good for every suffix',
    needs: [],
    run: checkAuthority,
  },
  {
    id: 'certificates.key',
    group: 'certificates',
    title: 'The key of the CA is closed to others',
    needs: [],
    run: async ({ machine, directories, keyMode }) => {
      const { key } = authorityPlace(directories.data);
      const found = await keyMode();
      if (found === null) return skipped('not tried: there is no local CA yet');
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
    run: checkHosts,
  },
];

async function checkAuthority(context: DoctorContext): Promise<Finding> {
  const { machine, directories } = context;
  const place = authorityPlace(directories.data);
  // The first handshake may have made it.
  await context.handshakes();
  const text = await machine.readText(place.certificate);
  if (text === '')
    return skipped('not tried: there is no local CA yet; the first HTTPS host makes one');
  const { readAuthority } = await import('../../certificates/x509.ts');
  const { from, to, permitted, subject, isCa } = readAuthority(text);
  const now = machine.wallClock();
  const anew = advise(
    'Restart Berth, which gives the CA a new certificate, and trust that.',
    'berth trust',
  );
  if (!isCa) return problem(`${place.certificate} is not the certificate of a CA`, { fix: anew });
  if (now < from) {
    return problem(`it begins on ${day(from)}, and the clock says ${day(now)}`, {
      fix: advise('Set the clock of this machine.'),
    });
  }
  if (now > to) return problem(`it ended on ${day(to)}`, { fix: anew });
  const suffixes = await context.suffixes();
  const added = await context.configuration().then(
    ({ config }) => config.certificates.names,
    () => [],
  );
  const needed = neededNames(suffixes, added);
  if (permitted !== null && !areCovered(needed, permitted)) {
    const lacking = needed.filter((name) => !areCovered([name], permitted));
    return problem(`it may not sign for ${named(lacking)}, only for ${named(permitted)}`, {
      fix: anew,
    });
  }
  if (to - now < limits.certificateEndsDays * dayMs)
    return warning(`it ends on ${day(to)}`, { fix: anew });
  return ok(
    `${subject}, until ${day(to)}, for ${permitted === null ? 'every name' : named(permitted, 6)}`,
  );
}

async function checkHosts(context: DoctorContext): Promise<Finding> {
  const made = await context.handshakes();
  if (made === null) return skipped('not tried: no HTTPS is configured');
  const { listener, hands: looked } = made;
  if (looked.length === 0) return skipped('not tried: there is no host yet');
  const now = context.machine.wallClock();
  const bad: { readonly host: string; readonly why: string; readonly isSoon: boolean }[] = [];
  for (const { host, hand } of looked) {
    if (!hand.ok) bad.push({ host, why: `no handshake (${hand.reason})`, isSoon: false });
    else if (hand.mismatch !== null) bad.push({ host, why: hand.mismatch, isSoon: false });
    else if (hand.validTo < now)
      bad.push({ host, why: `it ended on ${day(hand.validTo)}`, isSoon: false });
    else if (hand.validFrom > now)
      bad.push({ host, why: `it begins on ${day(hand.validFrom)}`, isSoon: false });
    else if (hand.validTo - now < limits.certificateEndsDays * dayMs) {
      bad.push({ host, why: `it ends on ${day(hand.validTo)}`, isSoon: true });
    }
  }
  const worst = bad.find(({ isSoon }) => !isSoon) ?? bad[0];
  const at = hostPort(listener.address, listener.port);
  if (worst === undefined) {
    const ends = looked.flatMap(({ hand }) => (hand.ok ? [hand.validTo] : []));
    return ok(
      `${counted(looked.length, 'host')} at ${at}, the first ends on ${day(Math.min(...ends))}`,
    );
  }
  const say = worst.isSoon ? warning : problem;
  return say(`${worst.host}: ${worst.why}${bad.length > 1 ? `, and ${bad.length - 1} more` : ''}`, {
    details: bad.map(({ host, why }) => `${host}: ${why}`),
    fix: advise(
      'Give the host a certificate of its own, or replace the files of https.key and https.cert.',
      'berth reload',
    ),
  });
}
