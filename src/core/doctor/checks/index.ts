import type { Check } from '../check.ts';
import { browserChecks } from './browser.ts';
import { certificateChecks } from './certificates.ts';
import { containerChecks } from './containers.ts';
import { dnsChecks } from './dns.ts';
import { hostChecks } from './hosts.ts';
import { hostsFileChecks } from './hostsFile.ts';
import { instanceChecks } from './instance.ts';
import { machineChecks } from './machine.ts';
import { nameChecks } from './names.ts';
import { portChecks } from './ports.ts';
import { storeChecks } from './store.ts';
import { trustChecks } from './trust.ts';

/** Everything that the doctor looks at. */
export const allChecks: readonly Check[] = [
  ...instanceChecks,
  ...storeChecks,
  ...portChecks,
  ...nameChecks,
  ...hostsFileChecks,
  ...dnsChecks,
  ...browserChecks,
  ...certificateChecks,
  ...trustChecks,
  ...hostChecks,
  ...containerChecks,
  ...machineChecks,
];
