import dbus from 'dbus-next';

/** A notification that an app has asked for. */
interface Notified {
  readonly id: number;
  readonly title: string;
  readonly body: string;
}

/** What shows notifications on a desktop; here it keeps them. */
export interface NotificationServer extends AsyncDisposable {
  readonly notified: readonly Notified[];
  /** As a person clicks on one. */
  click(id: number): void;
}

/** Puts one on a session bus. */
export async function startNotificationServer(env: {
  readonly DBUS_SESSION_BUS_ADDRESS: string;
}): Promise<NotificationServer> {
  const bus = dbus.sessionBus({ busAddress: env.DBUS_SESSION_BUS_ADDRESS });
  const notified: Notified[] = [];
  const server = createServer((title, body) => {
    notified.push({ id: notified.length + 1, title, body });
    return notified.length;
  });
  bus.export('/org/freedesktop/Notifications', server);
  await bus.requestName('org.freedesktop.Notifications', 0);
  return {
    notified,
    click: (id) => server.ActionInvoked(id, 'default'),
    [Symbol.asyncDispose]: async () => bus.disconnect(),
  };
}

function createServer(notify: (title: string, body: string) => number) {
  const { Interface } = dbus.interface;
  class Notifications extends Interface {
    GetServerInformation(): string[] {
      return ['berth-tests', 'berth', '1', '1.2'];
    }
    GetCapabilities(): string[] {
      return ['body', 'actions'];
    }
    Notify(_app: string, _replaces: number, _icon: string, title: string, body: string): number {
      return notify(title, body);
    }
    CloseNotification(): void {}
    ActionInvoked(id: number, action: string): [number, string] {
      return [id, action];
    }
    NotificationClosed(id: number, reason: number): [number, number] {
      return [id, reason];
    }
  }
  Notifications.configureMembers({
    methods: {
      GetServerInformation: { inSignature: '', outSignature: 'ssss' },
      GetCapabilities: { inSignature: '', outSignature: 'as' },
      Notify: { inSignature: 'susssasa{sv}i', outSignature: 'u' },
      CloseNotification: { inSignature: 'u', outSignature: '' },
    },
    signals: {
      ActionInvoked: { signature: 'us' },
      NotificationClosed: { signature: 'uu' },
    },
  });
  return new Notifications('org.freedesktop.Notifications');
}
