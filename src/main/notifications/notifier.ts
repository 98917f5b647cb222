import { Notification } from 'electron';
import type { News } from './healthNews.ts';

export interface NotifierOptions {
  readonly icon: string;
  /** Shows the window, at this address of the interface where there is one. */
  readonly show: (address?: string) => void;
}

type Told = Omit<News, 'address'> & { readonly address: string | null };

export interface Notifier {
  /** @param shown is called when the person has got it */
  tell(news: Told, shown?: () => void): void;
}

/** Notifications of the system, where it has any. A click shows what they speak of. */
export function createNotifier({ icon, show }: NotifierOptions): Notifier {
  // One that nobody holds may be collected, and its click with it.
  const held = new Set<Notification>();
  return {
    tell: ({ title, body, address }, shown) => {
      if (!Notification.isSupported()) return;
      const notification = new Notification({ title, body, icon });
      const drop = (): void => void held.delete(notification);
      held.add(notification);
      notification.once('click', () => {
        drop();
        show(address ?? undefined);
      });
      notification.once('close', drop);
      notification.once('failed', drop);
      if (shown !== undefined) notification.once('show', shown);
      notification.show();
    },
  };
}
