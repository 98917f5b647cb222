import type { CheckerInCharge } from '../../../../shared/contract/health.ts';
import { visibleText } from '../../../../shared/escapeUnseen.ts';

/** Who decides whether the backends of a host are dead, in one phrase. */
export function checkerInWords(checker: CheckerInCharge): string {
  if (checker.kind === 'this') return 'checked by this instance';
  if (checker.kind === 'other') return `checked by another Berth, ${visibleText(checker.instance)}`;
  if (checker.kind === 'foreign') return 'checked by another program, which writes hchecker_ping';
  return checker.probeMs === undefined
    ? 'not checked: requests tell'
    : `not checked: requests tell, and a connection every ${checker.probeMs / 1000} s`;
}
