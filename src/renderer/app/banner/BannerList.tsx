import { X } from 'lucide-react';
import { useState } from 'react';
import { visibleText } from '../../../shared/escapeUnseen.ts';
import { desktop } from '../../connection/desktop.ts';
import { useStore } from '../../state/store.ts';
import { Button } from '../../ui/Button.tsx';
import { StatusGlyph } from '../../ui/Status.tsx';
import { useApi, useBerth } from '../context.ts';
import { type BannerAction, bannersOf } from './banners.ts';

const words: Readonly<Record<Exclude<BannerAction, 'dismiss'>, string>> = {
  retry: 'Retry',
  start: 'Start',
  stop: 'Stop now',
  restart: 'Restart',
  'resume-capture': 'Resume',
};

/** What a person should know before anything else, at the top of the interface. */
export function BannerList() {
  const { session, live, desktopState, toasts } = useBerth();
  const api = useApi();
  const [dismissed, setDismissed] = useState<ReadonlySet<string>>(new Set());
  const banners = bannersOf({
    session: useStore(session.state),
    engine: useStore(desktopState)?.engine ?? null,
    status: useStore(live.status),
  });
  const act = async (action: BannerAction): Promise<void> => {
    try {
      if (action === 'retry') session.retry();
      else if (action === 'resume-capture') await api?.traffic.capture({ on: true });
      else if (action !== 'dismiss') await desktop?.command({ do: action });
    } catch (error) {
      toasts.failed(error);
    }
  };
  return (
    <div role="status" aria-label="Notices">
      {banners
        .filter(({ key }) => !dismissed.has(key))
        .map(({ key, tone, title, detail, code, actions }) => (
          <div
            key={key}
            className="flex min-h-9 items-center gap-3 border-b border-line bg-panel px-4 py-1"
          >
            <StatusGlyph status={tone} />
            <p className="min-w-0 flex-1">
              <span className="font-medium">{visibleText(title)}</span>{' '}
              <span className="text-dim">{visibleText(detail)}</span>{' '}
              {code !== undefined && <span className="text-caption text-dim">{code}</span>}
            </p>
            {actions.map((action) =>
              action === 'dismiss' ? (
                <Button
                  key={action}
                  look="quiet"
                  aria-label="Dismiss"
                  className="px-1.5"
                  onClick={() => setDismissed((before) => new Set([...before, key]))}
                >
                  <X aria-hidden size={15} />
                </Button>
              ) : (
                <Button key={action} onClick={() => void act(action)}>
                  {words[action]}
                </Button>
              ),
            )}
          </div>
        ))}
    </div>
  );
}
