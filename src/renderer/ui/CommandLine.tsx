import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { useBerth } from '../app/context.ts';
import { copyText } from '../app/outside.ts';

/** A command for a terminal, to be copied. */
export function CommandLine({
  label,
  command,
}: {
  readonly label?: string;
  readonly command: string;
}) {
  const { toasts } = useBerth();
  const [isCopied, setCopied] = useState(false);
  const Sign = isCopied ? Check : Copy;
  return (
    <div className="flex items-center gap-3">
      {label !== undefined && <span className="w-16 shrink-0 text-dim">{label}</span>}
      <div className="flex min-w-0 flex-1 items-center rounded-md border border-line bg-panel">
        <code title={command} className="min-w-0 flex-1 truncate px-2.5 py-1 font-mono text-mono">
          {command}
        </code>
        <button
          type="button"
          aria-label={isCopied ? `Copied: ${command}` : `Copy: ${command}`}
          onClick={() => {
            copyText(command).then(() => setCopied(true), toasts.failed);
          }}
          onBlur={() => setCopied(false)}
          className="flex size-7 shrink-0 items-center justify-center rounded-md text-dim hover:bg-hover hover:text-text"
        >
          <Sign aria-hidden size={14} />
        </button>
      </div>
    </div>
  );
}
