import type { ReactNode } from 'react';
import { cn } from './cn.ts';

/** The line above a page: its name, and what can be done on it. */
export function PageHeader({
  title,
  wraps = false,
  children,
}: {
  readonly title: string;
  /** What has no room stands in a second line, in place of shrinking. */
  readonly wraps?: boolean;
  readonly children?: ReactNode;
}) {
  return (
    <header
      className={cn(
        'flex min-h-12 shrink-0 items-center gap-x-3 gap-y-1 border-b border-line px-4 py-2',
        wraps && 'flex-wrap',
      )}
    >
      <h1 className="text-heading font-semibold">{title}</h1>
      {children}
    </header>
  );
}
