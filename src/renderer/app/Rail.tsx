import {
  Activity,
  Box,
  HeartPulse,
  type LucideIcon,
  Server,
  Settings,
  Stethoscope,
} from 'lucide-react';
import { type DragEvent, useMemo } from 'react';
import { attentionOf } from '../pages/containers/model/attention.ts';
import { useStore } from '../state/store.ts';
import { cn } from '../ui/cn.ts';
import { useBerth, useIsCurrent } from './context.ts';
import { addressOf, type Page } from './route.ts';

const places: readonly { readonly page: Page; readonly word: string; readonly sign: LucideIcon }[] =
  [
    { page: 'hosts', word: 'Hosts', sign: Server },
    { page: 'traffic', word: 'Traffic', sign: Activity },
    { page: 'health', word: 'Health', sign: HeartPulse },
    { page: 'containers', word: 'Containers', sign: Box },
    { page: 'doctor', word: 'Doctor', sign: Stethoscope },
    { page: 'settings', word: 'Settings', sign: Settings },
  ];

/** Where a person can go; the numbers are of what needs attention. */
export function Rail() {
  const { router, live, containers, doctor } = useBerth();
  const { page } = useStore(router.route);
  const status = useStore(live.status);
  const isCurrent = useIsCurrent();
  const down = status?.backendsDown ?? 0;
  const odd = attentionOf(useStore(containers.view));
  const problems = useStore(doctor.run)?.counts?.problem ?? 0;
  const attention: Partial<Record<Page, { readonly count: number; readonly says: string }>> =
    isCurrent
      ? {
          health: { count: down, says: `${down} down` },
          containers: { count: odd.length, says: odd.slice(0, 5).join('\n') },
          doctor: {
            count: problems,
            says: `${problems} ${problems === 1 ? 'problem' : 'problems'}`,
          },
        }
      : {};
  const dragged = useStore(containers.dragged);
  const dropped = useMemo(
    () =>
      dragged === null
        ? {}
        : {
            onDragOver: (event: DragEvent) => event.preventDefault(),
            // A host of its own, under the name that is offered.
            onDrop: (event: DragEvent) => {
              event.preventDefault();
              containers.dragged.set(null);
              containers.draft.set({ key: dragged, name: null, isMeant: true });
              router.go(addressOf('containers', dragged));
            },
          },
    [dragged, containers, router],
  );
  return (
    <nav
      aria-label="Pages"
      className="flex w-46 shrink-0 flex-col gap-0.5 border-r border-line px-2 py-3 max-[960px]:w-13"
    >
      <div className="mb-3 flex h-6 items-center gap-2 px-2 font-semibold">
        <Mark />
        <span className="max-[960px]:hidden">Berth</span>
      </div>
      {places.map(({ page: to, word, sign: Sign }) => {
        const { count, says } = attention[to] ?? { count: 0, says: '' };
        return (
          <a
            key={to}
            href={`#${addressOf(to)}`}
            aria-current={to === page ? 'page' : undefined}
            title={count > 0 ? `${word}: ${says}` : word}
            {...(to === 'hosts' && dropped)}
            className={cn(
              'flex h-8 items-center gap-2 rounded-md px-2 hover:bg-hover',
              to === page ? 'bg-chosen font-medium text-text' : 'text-dim',
              to === 'hosts' && dragged !== null && 'outline-1 outline-dashed outline-accent',
              to === 'doctor' && 'mt-auto',
            )}
          >
            <span className="relative">
              <Sign aria-hidden size={16} strokeWidth={1.75} />
              {count > 0 && <Dot says={says} />}
            </span>
            <span className="max-[960px]:sr-only">{word}</span>
            {count > 0 && (
              <span className="ml-auto rounded-full bg-down px-1.5 text-caption text-page max-[960px]:hidden">
                {count}
              </span>
            )}
          </a>
        );
      })}
    </nav>
  );
}

/** Stands for the number where there is no room for it. */
function Dot({ says }: { readonly says: string }) {
  return (
    <span
      role="img"
      aria-label={says}
      className="absolute -top-1 -right-1 hidden size-2 rounded-full bg-down ring-2 ring-page max-[960px]:block"
    />
  );
}

/** Two piers and the vessel between them. */
function Mark() {
  return (
    <svg aria-hidden width="18" height="18" viewBox="0 0 18 18" className="text-accent">
      <path d="M2 3v12M16 3v12" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
      <path d="M5 8h8l-1.6 5H6.6z" fill="currentColor" />
    </svg>
  );
}
