import { visibleText } from '../../../../shared/escapeUnseen.ts';

/** Under what is being written: what somebody else changed at the same time. */
export function Meanwhile({ changes }: { readonly changes: readonly string[] }) {
  if (changes.length === 0) return null;
  return (
    <p role="status" className="text-caption text-degraded">
      Somebody else changed this host meanwhile: {visibleText(changes.join('; '))}.
    </p>
  );
}
