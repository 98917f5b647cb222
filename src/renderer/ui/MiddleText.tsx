import { visibleText } from '../../shared/escapeUnseen.ts';
import { cn } from './cn.ts';

/** Characters of the end that stay when there is no room for all. */
const tailChars = 10;

/** A text of which, where there is no room, the middle goes: how it begins and ends tells the most. What is hidden in it is written out. */
export function MiddleText({
  text: raw,
  className,
}: {
  readonly text: string;
  readonly className?: string;
}) {
  const text = visibleText(raw);
  if (text.length <= tailChars * 2)
    return <span className={cn('truncate', className)}>{text}</span>;
  return (
    <span className={cn('flex min-w-0 whitespace-pre', className)}>
      <span className="truncate">{text.slice(0, -tailChars)}</span>
      <span className="shrink-0">{text.slice(-tailChars)}</span>
    </span>
  );
}
