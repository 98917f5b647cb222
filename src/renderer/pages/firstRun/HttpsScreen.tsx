import { useBerth } from '../../app/context.ts';
import { openAddress } from '../../app/outside.ts';
import { useStore } from '../../state/store.ts';
import { Button } from '../../ui/Button.tsx';
import { LookState } from '../machine/LookState.tsx';
import { TrustLine, TrustStores } from '../machine/TrustStores.tsx';
import { useLook } from '../machine/useLook.ts';
import { welcomeUrl } from './welcome.ts';

/** The local CA, and who trusts it: made and trusted when a person asks, with a result for each store. */
export function HttpsScreen() {
  const { live, machine, toasts } = useBerth();
  const status = useStore(live.status);
  const trust = useLook(machine.trust);
  const certificates = useLook(machine.certificates);
  if (status === null) return <p className="text-dim">Not connected.</p>;
  if (!status.listeners.some(({ secure }) => secure)) {
    return (
      <p>
        Nothing listens for HTTPS here, since the configuration names no address for it:{' '}
        <span className="font-mono text-mono">https.bind</span>. Plain HTTP works without.
      </p>
    );
  }
  const url = welcomeUrl(status);
  return (
    <>
      <div className="mb-3 flex items-start gap-3">
        <div className="min-w-0 flex-1">
          {trust.value === null ? (
            <p className="text-dim">
              {trust.failure === null ? 'Looking who trusts it…' : 'Nothing is known.'}
            </p>
          ) : (
            <TrustLine view={trust.value} />
          )}
        </div>
        <LookState looked={trust} verb="Try again" working="Trying…" />
      </div>
      {trust.value !== null && (
        <TrustStores
          view={trust.value}
          isOutgrown={certificates.value?.authority?.isOutgrown === true}
          onChanged={() => {
            trust.again?.();
            certificates.again?.();
          }}
        />
      )}
      {url !== null && (
        <div className="mt-4 flex items-center gap-4">
          <p className="min-w-0 flex-1 text-dim">
            See that it answers:{' '}
            <span className="font-mono text-mono break-all text-text">{url}</span>
          </p>
          <Button onClick={() => void openAddress(url).catch(toasts.failed)}>Open</Button>
        </div>
      )}
    </>
  );
}
