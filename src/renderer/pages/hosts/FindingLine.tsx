import type { LintFinding } from '../../../shared/contract/hosts.ts';
import { visibleText } from '../../../shared/escapeUnseen.ts';

/** What is allowed in a host and probably not meant. */
export function FindingLine({ finding }: { readonly finding: LintFinding }) {
  const advice = visibleText(finding.advice);
  return (
    <div
      role="gridcell"
      title={advice}
      className="flex h-full items-center gap-2 truncate pr-3 pl-24 max-[820px]:pl-4"
    >
      <span className={finding.severity === 'error' ? 'text-down' : 'text-degraded'}>
        {finding.severity}
      </span>
      <span className="truncate">
        {visibleText(finding.message)}. <span className="text-dim">{advice}</span>
      </span>
    </div>
  );
}
