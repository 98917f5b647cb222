import type { ReactNode } from 'react';

/** What a page shows that has nothing yet: what it is for, and how to begin. */
export function EmptyState({
  title,
  children,
  actions,
}: {
  readonly title: string;
  readonly children: ReactNode;
  readonly actions?: ReactNode;
}) {
  return (
    <div className="mx-auto flex max-w-md flex-col gap-3 px-6 pt-24">
      <h2 className="text-heading font-semibold">{title}</h2>
      <div className="text-dim">{children}</div>
      {actions !== undefined && <div className="flex flex-wrap gap-2">{actions}</div>}
    </div>
  );
}
