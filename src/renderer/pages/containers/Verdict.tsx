import type { PortVerdict } from '../../../shared/contract/containers.ts';
import { visibleText } from '../../../shared/escapeUnseen.ts';
import { cn } from '../../ui/cn.ts';

/** Whether a mapping would work, why, and what to do where it would not. */
export function Verdict({
  verdict,
  isOld,
}: {
  readonly verdict: PortVerdict;
  /** It is the answer to a question before, and another is under way. */
  readonly isOld: boolean;
}) {
  const { works, sentence, fix } = verdict;
  return (
    <div className={cn('flex gap-2', isOld && 'text-dim')}>
      <span aria-hidden className={cn('w-3 shrink-0', works ? 'text-up' : 'text-down')}>
        {works ? '✓' : '▲'}
      </span>
      <div className="min-w-0 break-words">
        <span className="sr-only">{works ? 'Works: ' : 'Will not work: '}</span>
        {visibleText(sentence)}
        {fix !== '' && <p className="text-dim">{visibleText(fix)}</p>}
      </div>
    </div>
  );
}
