import type { InstanceStatus } from '../../../shared/contract/instance.ts';
import { openUrl } from '../../../shared/model/openUrl.ts';

type Named = Pick<InstanceStatus, 'suffixes' | 'listeners'>;

/** The address of Berth's own page which this machine's browsers reach without any set-up; null where there is none. */
export function welcomeUrl({ suffixes, listeners }: Named): string | null {
  const suffix = suffixes.find(needsNothing);
  return suffix === undefined ? null : openUrl(`welcome.${suffix}`, listeners, false);
}

/** Browsers lead every name under localhost to this machine (RFC 6761 section 6.3). */
const needsNothing = (suffix: string): boolean =>
  suffix === 'localhost' || suffix.endsWith('.localhost');
