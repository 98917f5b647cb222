import { useBerth } from '../../app/context.ts';
import { addressOf } from '../../app/route.ts';
import { Button } from '../../ui/Button.tsx';
import { CommandLine } from '../../ui/CommandLine.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';

/** What the page shows before there is a host: how to begin. */
export function NoHosts({ onAdd }: { readonly onAdd: () => void }) {
  const { router } = useBerth();
  return (
    <div className="relative min-h-0 flex-1 overflow-auto pb-8">
      <EmptyState
        title="No hosts yet"
        actions={
          <>
            <Button look="primary" onClick={onAdd}>
              Add a host
            </Button>
            <Button onClick={() => router.go(addressOf('containers'))}>Map a container</Button>
          </>
        }
      >
        A host gives a server a name: <code className="font-mono text-mono">app → 3000</code> makes
        app.localhost lead to whatever listens on port 3000.
      </EmptyState>
      <section className="mx-auto mt-10 flex max-w-md flex-col gap-3 px-6" aria-label="Import">
        <h2 className="font-medium">Or bring the ones you have</h2>
        <p className="text-dim">
          Each line shows first what it would change; without{' '}
          <code className="whitespace-nowrap">--dry-run</code> it does.
        </p>
        <CommandLine
          label="hipache"
          command="berth import --from hipache --config config.json --dry-run"
        />
        <CommandLine label="localias" command="berth import .localias.yaml --dry-run" />
        <CommandLine label="hotel" command="berth import ~/.hotel --dry-run" />
      </section>
    </div>
  );
}
