import { useBerth } from '../../app/context.ts';
import { useStore } from '../../state/store.ts';
import { AddHost } from '../hosts/AddHost.tsx';
import { useHostActions } from '../hosts/useHostActions.ts';

const empty = { text: '', copyOf: null } as const;

/** The same line as on the page of hosts. */
export function FirstHost({ onClose }: { readonly onClose: () => void }) {
  const { hostsView } = useBerth();
  const draft = useStore(hostsView.draft) ?? empty;
  return (
    <div className="overflow-hidden rounded-md border border-line [&>section]:border-b-0">
      <AddHost draft={draft} actions={useHostActions()} onClose={onClose} />
    </div>
  );
}
