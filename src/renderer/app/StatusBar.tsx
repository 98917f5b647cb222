import type { InstanceStatus } from '../../shared/contract/instance.ts';
import { enginesInBar } from '../pages/containers/model/words.ts';
import { useStore } from '../state/store.ts';
import { count } from '../ui/format.ts';
import { StatusGlyph } from '../ui/Status.tsx';
import { useBerth } from './context.ts';
import { proxyState } from './proxyState.ts';
import { addressOf } from './route.ts';

/** What is true of the whole instance; each part leads to what it speaks of. */
export function StatusBar() {
  const { session, live, desktopState, containers } = useBerth();
  const connection = useStore(session.state);
  const status = useStore(live.status);
  const traffic = useStore(live.traffic);
  const engines = enginesInBar(useStore(containers.view));
  const { glyph, word } = proxyState({
    session: connection,
    engine: useStore(desktopState)?.engine ?? null,
    isKnown: status !== null,
  });
  return (
    <footer className="flex h-7 shrink-0 items-center overflow-hidden border-t whitespace-nowrap border-line text-caption text-dim">
      <Part to={addressOf('settings')}>
        <StatusGlyph status={glyph} title={word} />
        <span className="truncate">
          {word === 'running' && status !== null ? `running ${addresses(status)}` : word}
        </span>
      </Part>
      {word === 'running' && status !== null && (
        <>
          <Part to={addressOf('settings')}>
            <span className="truncate">
              store{' '}
              <span className="max-[520px]:sr-only">
                {status.store.driver.startsWith('embedded') ? 'embedded' : status.store.driver}
              </span>
            </span>
            <StatusGlyph
              status={status.store.state === 'stale' ? 'degraded' : 'up'}
              title={status.store.state}
            />
          </Part>
          {engines.map(({ key, name, status: shape, word: says, title }) => (
            <Part key={key} to={addressOf('containers')}>
              <span className="shrink-0">{name}</span>
              <StatusGlyph status={shape} says={says} title={title} />
              {shape !== 'up' && (
                <span aria-hidden className="max-[720px]:hidden">
                  {says}
                </span>
              )}
            </Part>
          ))}
          <Part to={addressOf('traffic')}>
            {perSecond(traffic?.requestsPerSecond ?? 0)} req/s
            <span className={(traffic?.errorsPerMinute ?? 0) > 0 ? 'text-down' : ''}>
              {count(traffic?.errorsPerMinute ?? 0)} err/min
            </span>
          </Part>
        </>
      )}
    </footer>
  );
}

function Part({ to, children }: { readonly to: string; readonly children: React.ReactNode }) {
  return (
    <a
      href={`#${to}`}
      className="flex h-full min-w-0 items-center gap-1.5 border-r border-line px-3 last:shrink-0 max-[520px]:px-2 hover:bg-hover hover:text-text"
    >
      {children}
    </a>
  );
}

/** A tenth counts where there are few: `0.3`, as in the list of hosts. */
const perSecond = (rate: number): string =>
  rate > 0 && rate < 9.95 ? rate.toFixed(1) : count(rate);

/** `127.0.0.1:80 · :443`. */
function addresses({ listeners }: InstanceStatus): string {
  const [first, ...others] = listeners;
  if (first === undefined) return 'without an address';
  const ports = new Set(others.map(({ port }) => port));
  ports.delete(first.port);
  return [`${first.address}:${first.port}`, ...[...ports].map((port) => `:${port}`)].join(' · ');
}
