import type { ReactNode } from 'react';

/** The line above a page: its name, and what can be done on it. */
export function PageHeader({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ReactNode;
}) {
  return (
    <header className="flex min-h-12 shrink-0 items-center gap-3 border-b border-line px-4 py-2">
      <h1 className="text-heading font-semibold">{title}</h1>
      {children}
    </header>
  );
}
