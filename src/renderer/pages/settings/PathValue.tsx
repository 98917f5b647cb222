import { Check, Copy, FolderOpen } from 'lucide-react';
import { useState } from 'react';
import { useBerth } from '../../app/context.ts';
import { copyText } from '../../app/outside.ts';

const buttonLook =
  'flex size-7 shrink-0 items-center justify-center rounded-md text-dim hover:bg-hover hover:text-text';

/** A path or an address; what is cut off is its middle, since both ends tell something. */
export function PathValue({
  path,
  reveal,
}: {
  readonly path: string;
  /** Null where nothing can be shown in a file manager. */
  readonly reveal: (() => void) | null;
}) {
  const { toasts } = useBerth();
  const [isCopied, setCopied] = useState(false);
  const Sign = isCopied ? Check : Copy;
  const cut = Math.max(0, path.lastIndexOf('/'));
  return (
    <div className="flex w-full min-w-0 items-center justify-end max-[640px]:justify-start">
      <span title={path} className="flex min-w-0 font-mono text-mono">
        <span className="truncate">{path.slice(0, cut)}</span>
        <span className="shrink-0">{path.slice(cut)}</span>
      </span>
      <button
        type="button"
        aria-label={isCopied ? `Copied ${path}` : `Copy ${path}`}
        title="Copy"
        onClick={() => void copyText(path).then(() => setCopied(true), toasts.failed)}
        onBlur={() => setCopied(false)}
        className={`ml-1.5 ${buttonLook}`}
      >
        <Sign aria-hidden size={14} />
      </button>
      {reveal !== null && (
        <button
          type="button"
          aria-label={`Show ${path} in its folder`}
          title="Show in its folder"
          onClick={reveal}
          className={buttonLook}
        >
          <FolderOpen aria-hidden size={14} />
        </button>
      )}
    </div>
  );
}
