import type { ControlApi } from '../../core/client/index.ts';
import type { DesktopCommand } from '../../shared/desktop/bridge.ts';
import type { DesktopSettings } from '../../shared/desktop/state.ts';
import { openUrl } from '../../shared/model/openUrl.ts';
import type { Engine } from '../engine/engine.ts';
import { openable } from '../guards/openable.ts';
import type { MenuAction } from '../menu/item.ts';
import type { Updates } from '../updates/updates.ts';

/** What commands reach. */
export interface PerformParts {
  readonly engine: Pick<Engine, 'start' | 'stop' | 'restart'>;
  readonly updates: Pick<Updates, 'check' | 'install'>;
  /** Null while no instance answers. */
  readonly api: () => ControlApi | null;
  readonly settle: (patch: Partial<DesktopSettings>) => Promise<void>;
  readonly openExternal: (url: string) => Promise<void>;
  readonly copy: (text: string) => void;
  /** Shows a file or directory of the instance in the file manager. */
  readonly reveal: (what: (DesktopCommand & { do: 'reveal' })['what']) => Promise<void>;
  /** Shows the window, at this address of the interface where there is one. */
  readonly show: (address: string | null) => void;
  readonly askInterface: (id: (MenuAction & { do: 'interface' })['id']) => void;
  readonly quit: () => void;
}

/** Does what a menu or the interface asks for. Rejects with a sentence for the person. */
export function createPerform(parts: PerformParts): (action: MenuAction) => Promise<void> {
  const running = (): ControlApi => {
    const api = parts.api();
    if (api === null) throw new Error('The proxy does not run.');
    return api;
  };

  async function addressOf(name: string): Promise<string> {
    const api = running();
    const [host, { listeners }] = await Promise.all([
      api.hosts.get({ name }),
      api.instance.status(),
    ]);
    const url = openUrl(name, listeners, host.options.redirectToHttps, host.options.cert !== null);
    if (url === null) throw new Error('The proxy serves no address.');
    return url;
  }

  async function open(url: string): Promise<void> {
    const address = openable(url);
    if (address === null) throw new Error('Only addresses of http and https are opened.');
    await parts.openExternal(address);
  }

  return async (action) => {
    switch (action.do) {
      case 'start':
        return await parts.engine.start();
      case 'stop':
        return await parts.engine.stop();
      case 'restart':
        return await parts.engine.restart();
      case 'open':
        return await open(action.url);
      case 'open-host':
        return await open(await addressOf(action.name));
      case 'copy':
        return parts.copy(action.text);
      case 'copy-host':
        return parts.copy(await addressOf(action.name));
      case 'capture':
        await running().traffic.capture({ on: action.on });
        return;
      case 'set':
        return await parts.settle(given(action.settings));
      case 'reveal':
        return await parts.reveal(action.what);
      case 'check-for-updates':
        return await parts.updates.check();
      case 'install-update':
        return parts.updates.install();
      case 'show':
        return parts.show(action.address);
      case 'interface':
        return parts.askInterface(action.id);
      case 'quit':
        return parts.quit();
    }
  };
}

/** What was given of a change; the rest stays. */
function given(settings: (DesktopCommand & { do: 'set' })['settings']): Partial<DesktopSettings> {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
