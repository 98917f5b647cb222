import { type ReactNode, useId } from 'react';

/** A part of a host's page. */
export function Section({
  title,
  aside,
  children,
}: {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="border-b border-line py-4 last:border-b-0">
      <div className="mb-2 flex min-h-7 items-center gap-3">
        <h2 id={id} className="font-semibold">
          {title}
        </h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

/** A choice with its name and what it means. */
export function Setting({
  label,
  meaning,
  children,
}: {
  readonly label: string;
  readonly meaning: string;
  readonly children: (ids: { readonly describedBy: string }) => ReactNode;
}) {
  const id = useId();
  return (
    <div className="flex min-h-11 items-center gap-6 py-1.5">
      <div className="min-w-0 flex-1">
        <div>{label}</div>
        <div id={id} className="text-caption text-dim">
          {meaning}
        </div>
      </div>
      {children({ describedBy: id })}
    </div>
  );
}
