import { useBerth } from '../../app/context.ts';
import { openAddress } from '../../app/outside.ts';
import { addressOf } from '../../app/route.ts';
import { useStore } from '../../state/store.ts';
import { Button } from '../../ui/Button.tsx';
import { CommandLine } from '../../ui/CommandLine.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { addressOfHost } from '../hosts/model/address.ts';

/** What the page shows before anything came: where to send a request. */
export function NoTraffic() {
  const { live, router, session, toasts } = useBerth();
  const connection = useStore(session.state);
  const hosts = useStore(live.hosts);
  const status = useStore(live.status);
  if (connection.kind !== 'connected') {
    return (
      <EmptyState title="Not connected">
        Requests are shown as soon as there is a connection.
      </EmptyState>
    );
  }
  const names = [...(hosts?.values() ?? [])].filter(({ backends }) => backends.length > 0);
  const host = names.find(({ name }) => !name.startsWith('*')) ?? names[0];
  const name = host?.name.replace(/^\*(?=\.)/, 'any') ?? null;
  const address =
    host === undefined || name === null || name === '*'
      ? null
      : addressOfHost({ name, traffic: null, host }, status?.listeners ?? []);
  if (address === null) {
    return (
      <EmptyState
        title="No requests yet"
        actions={
          <Button look="primary" onClick={() => router.go(addressOf('hosts'))}>
            Go to Hosts
          </Button>
        }
      >
        Each request through the proxy stands here a moment later. There is no host yet to send one
        to: add one first.
      </EmptyState>
    );
  }
  return (
    <EmptyState title="No requests yet">
      <p>
        Each request through the proxy stands here a moment later. Open{' '}
        <a
          href={address.url}
          target="_blank"
          rel="noreferrer"
          onClick={(event) => {
            // The desktop's window opens no other: the address goes to the browser.
            event.preventDefault();
            void openAddress(address.url).catch(toasts.failed);
          }}
          className="font-mono text-mono text-text underline"
        >
          {address.url}
        </a>
        , or send one from a terminal:
      </p>
      <div className="mt-3 text-text">
        <CommandLine command={address.curl} />
      </div>
    </EmptyState>
  );
}
