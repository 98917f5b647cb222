import dbus, { type Variant } from 'dbus-next';
import { eventually } from './eventually.ts';

/** An item of a menu as the tray's app tells it over D-Bus. */
export interface TrayMenuItem {
  readonly id: number;
  /** Empty for a separator. */
  readonly label: string;
  readonly enabled: boolean;
  /** Null where it is no switch. */
  readonly checked: boolean | null;
  readonly items: readonly TrayMenuItem[];
}

interface TrayPicture {
  readonly width: number;
  readonly height: number;
  /** ARGB, most significant byte first. */
  readonly data: Buffer;
}

/** What a desktop's panel is to the apps that have an icon in it: the one place where they register. */
export interface TrayHost extends AsyncDisposable {
  /** Waits until an app has registered its icon. */
  registered(): Promise<void>;
  menu(): Promise<readonly TrayMenuItem[]>;
  /** Waits until an item is there and can be chosen, and chooses it. */
  choose(...labels: readonly (string | RegExp)[]): Promise<void>;
  /** What is said when the pointer rests on the icon. */
  tip(): Promise<string>;
  picture(): Promise<TrayPicture>;
}

/** Puts a panel on a session bus. */
export async function startTrayHost(env: {
  readonly DBUS_SESSION_BUS_ADDRESS: string;
}): Promise<TrayHost> {
  const bus = dbus.sessionBus({ busAddress: env.DBUS_SESSION_BUS_ADDRESS });
  const items: { readonly name: string; readonly path: string }[] = [];
  await bus.requestName('org.kde.StatusNotifierWatcher', 0);
  const watcher = createWatcher((service, sender) => {
    // Some give the path, others the name on the bus.
    items.push(
      service.startsWith('/')
        ? { name: sender, path: service }
        : { name: service, path: '/StatusNotifierItem' },
    );
  });
  bus.export('/StatusNotifierWatcher', watcher);

  const registered = (): Promise<void> =>
    eventually('an app has registered its icon', () => items.length > 0);

  /** Calls what the app has on the bus; it does not describe itself, so that proxies know nothing of it. */
  async function ask(
    path: string,
    [interfaceName, member]: readonly [string, string],
    signature: string,
    ...body: unknown[]
  ): Promise<readonly unknown[]> {
    const reply = await bus.call(
      new dbus.Message({
        destination: items.at(-1)?.name ?? '',
        path,
        interface: interfaceName,
        member,
        signature,
        body,
      }),
    );
    return reply?.body ?? [];
  }

  async function property(name: string): Promise<unknown> {
    await registered();
    const path = items.at(-1)?.path ?? '/';
    const get = ['org.freedesktop.DBus.Properties', 'Get'] as const;
    const [value] = await ask(path, get, 'ss', 'org.kde.StatusNotifierItem', name);
    return (value as Variant).value;
  }

  async function askMenu(member: string, signature: string, ...body: unknown[]) {
    const path = String(await property('Menu'));
    return await ask(path, ['com.canonical.dbusmenu', member], signature, ...body);
  }

  async function menu(): Promise<readonly TrayMenuItem[]> {
    const [, root] = await askMenu('GetLayout', 'iias', 0, -1, []);
    return itemOf(root as Layout).items;
  }

  async function find(labels: readonly (string | RegExp)[]): Promise<TrayMenuItem | null> {
    let among = await menu();
    let found: TrayMenuItem | null = null;
    for (const label of labels) {
      found =
        among.find((item) =>
          typeof label === 'string' ? item.label === label : label.test(item.label),
        ) ?? null;
      if (found === null) return null;
      among = found.items;
    }
    return found;
  }

  return {
    registered,
    menu,
    choose: (...labels) =>
      eventually(`${labels.join(' > ')} is in the menu`, async () => {
        const item = await find(labels);
        if (item?.enabled !== true) return false;
        // The menu may have been drawn anew in between: then this item is unknown, and nothing was done.
        return await askMenu('Event', 'isvu', item.id, 'clicked', new dbus.Variant('i', 0), 0).then(
          () => true,
          () => false,
        );
      }),
    tip: async () => {
      const [, , title, text] = (await property('ToolTip')) as [unknown, unknown, string, string];
      return `${title}${text}`;
    },
    picture: async () => {
      const pictures = (await property('IconPixmap')) as [number, number, Buffer][];
      const [width, height, data] = pictures[0] ?? [0, 0, Buffer.alloc(0)];
      return { width, height, data: Buffer.from(data) };
    },
    [Symbol.asyncDispose]: async () => bus.disconnect(),
  };
}

type Layout = [number, Record<string, Variant>, Variant<Layout>[]];

const itemOf = ([id, properties, children]: Layout): TrayMenuItem => ({
  id,
  // An underscore marks the next letter as a key, and two are one.
  label: String(properties['label']?.value ?? '').replace(/_(.)/g, '$1'),
  enabled: properties['enabled']?.value !== false,
  checked: properties['toggle-type'] === undefined ? null : properties['toggle-state']?.value === 1,
  items: children.map(({ value }) => itemOf(value)),
});

function createWatcher(register: (service: string, sender: string) => void) {
  const { Interface } = dbus.interface;
  class Watcher extends Interface {
    RegisteredStatusNotifierItems: string[] = [];
    IsStatusNotifierHostRegistered = true;
    ProtocolVersion = 0;
    RegisterStatusNotifierItem(service: string): void {
      this.RegisteredStatusNotifierItems.push(service);
      register(service, '');
    }
    RegisterStatusNotifierHost(): void {}
  }
  Watcher.configureMembers({
    properties: {
      RegisteredStatusNotifierItems: { signature: 'as', access: 'read' },
      IsStatusNotifierHostRegistered: { signature: 'b', access: 'read' },
      ProtocolVersion: { signature: 'i', access: 'read' },
    },
    methods: {
      RegisterStatusNotifierItem: { inSignature: 's', outSignature: '' },
      RegisterStatusNotifierHost: { inSignature: 's', outSignature: '' },
    },
  });
  return new Watcher('org.kde.StatusNotifierWatcher');
}
