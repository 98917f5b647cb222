import type { ComponentProps, ReactNode } from 'react';
import { cn } from './cn.ts';

interface ButtonProps extends ComponentProps<'button'> {
  readonly look?: 'plain' | 'primary' | 'quiet' | 'danger';
  readonly children: ReactNode;
  readonly 'data-first-focus'?: boolean;
}

const looks = {
  plain: 'border border-line bg-panel hover:bg-hover',
  primary: 'border border-accent bg-accent text-on-accent hover:brightness-95',
  quiet: 'border border-transparent text-dim hover:bg-hover hover:text-text',
  danger: 'border border-line bg-panel text-down hover:bg-hover',
} as const;

/** A verb. */
export function Button({ look = 'plain', className, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={cn(
        'inline-flex h-7 items-center gap-1.5 rounded-md px-2.5 text-body whitespace-nowrap select-none disabled:opacity-45',
        looks[look],
        className,
      )}
    />
  );
}
