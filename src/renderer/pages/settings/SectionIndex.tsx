import { type RefObject, useEffect, useState } from 'react';
import { addressOf } from '../../app/route.ts';
import { cn } from '../../ui/cn.ts';
import type { SettingSection } from './Row.tsx';

/** The sections, beside them where there is room; the one in view is marked. */
export function SectionIndex({
  sections,
  shown,
  scroller,
}: {
  readonly sections: readonly SettingSection[];
  /** Those that a search leaves. */
  readonly shown: readonly SettingSection[];
  readonly scroller: RefObject<HTMLElement | null>;
}) {
  const [current, setCurrent] = useState<string | null>(null);
  const ids = shown.map(({ id }) => id).join(' ');

  useEffect(() => {
    const root = scroller.current;
    if (root === null) return;
    const look = (): void => {
      const top = root.getBoundingClientRect().top + 48;
      const isAtEnd =
        root.scrollTop > 0 && root.scrollTop + root.clientHeight >= root.scrollHeight - 2;
      const passed = ids.split(' ').filter((id) => {
        const section = document.getElementById(`settings-${id}`);
        return section !== null && section.getBoundingClientRect().top <= top;
      });
      setCurrent((isAtEnd ? ids.split(' ').at(-1) : passed.at(-1)) ?? ids.split(' ')[0] ?? null);
    };
    look();
    root.addEventListener('scroll', look, { passive: true });
    return () => root.removeEventListener('scroll', look);
  }, [scroller, ids]);

  return (
    <nav
      aria-label="Sections"
      className="sticky top-0 flex w-32 shrink-0 flex-col gap-0.5 pt-11 max-[1080px]:hidden"
    >
      {sections.map(({ id, title }) => {
        const isFound = shown.some((section) => section.id === id);
        return (
          <a
            key={id}
            href={`#${addressOf('settings', id)}`}
            aria-current={current === id ? 'true' : undefined}
            aria-disabled={!isFound}
            onClick={() => document.getElementById(`settings-${id}`)?.scrollIntoView()}
            className={cn(
              'rounded-md px-2 py-0.5 hover:bg-hover',
              current === id && isFound ? 'font-medium text-text' : 'text-dim',
              !isFound && 'pointer-events-none opacity-45',
            )}
          >
            {title}
          </a>
        );
      })}
    </nav>
  );
}
