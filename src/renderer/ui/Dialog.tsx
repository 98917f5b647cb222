import { type ReactNode, useLayoutEffect, useRef } from 'react';
import { cn } from './cn.ts';

/**
 * A dialog over the page: the browser's own, which keeps the focus inside, gives it back, and closes with Esc or a
 * click beside it. It is there as long as this component is. What has `data-first-focus` gets the focus.
 */
export function Dialog({
  label,
  onClose,
  className,
  children,
}: {
  readonly label: string;
  readonly onClose: () => void;
  readonly className?: string;
  readonly children: ReactNode;
}) {
  const ref = useRef<HTMLDialogElement>(null);
  // Before the element goes: only then the browser gives the focus back.
  useLayoutEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    dialog?.querySelector<HTMLElement>('[data-first-focus]')?.focus();
    return () => dialog?.close();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click beside the dialog does what Esc does
    <dialog
      ref={ref}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
      className={cn(
        'mx-auto mt-[12vh] outline-none rounded-md border border-line bg-raised p-0 text-text shadow-float backdrop:bg-black/25',
        className,
      )}
    >
      {children}
    </dialog>
  );
}
