import { useBerth } from '../../app/context.ts';
import { addressOf } from '../../app/route.ts';
import { useStore } from '../../state/store.ts';
import { Button } from '../../ui/Button.tsx';
import { AddHost } from '../hosts/AddHost.tsx';
import { useHostActions } from '../hosts/useHostActions.ts';

const empty = { text: '', copyOf: null } as const;

/** The same line as on the page of hosts. */
export function FirstHost({
  onClose,
}: {
  /** The first steps are over. */
  readonly onClose: () => void;
}) {
  const { hostsView, router } = useBerth();
  const draft = useStore(hostsView.draft) ?? empty;
  return (
    <>
      <div className="overflow-hidden rounded-md border border-line [&>section]:border-b-0">
        <AddHost
          draft={draft}
          actions={useHostActions()}
          onClose={onClose}
          onShow={(name) => {
            hostsView.left.set(name);
            onClose();
          }}
        />
      </div>
      <div className="mt-4 flex items-center gap-3">
        <p className="min-w-0 flex-1 text-dim">
          Or begin with what runs: containers, and servers of this machine.
        </p>
        <Button onClick={() => router.go(addressOf('containers'))}>Map a container</Button>
      </div>
    </>
  );
}
