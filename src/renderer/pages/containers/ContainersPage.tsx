import { useBerth } from '../../app/context.ts';
import { addressOf } from '../../app/route.ts';
import { Button } from '../../ui/Button.tsx';
import { CommandLine } from '../../ui/CommandLine.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';

/** What the page will be for, and how containers are given hosts until then. */
export function ContainersPage() {
  const { router, hostsView } = useBerth();
  return (
    <>
      <PageHeader title="Containers" />
      <div className="relative min-h-0 flex-1 overflow-auto pb-8">
        <EmptyState
          title="This version does not look for containers"
          actions={
            <Button
              look="primary"
              onClick={() => {
                router.go(addressOf('hosts'));
                hostsView.draft.set({ text: '', copyOf: null });
              }}
            >
              Add a host
            </Button>
          }
        >
          A later one will list what runs in Docker and Podman, and give a container a host by one
          key. Until then a container gets its host as any server does: by the address it listens
          at.
        </EmptyState>
        <section aria-label="By hand" className="mx-auto mt-10 flex max-w-md flex-col gap-3 px-6">
          <h2 className="font-medium">With a port published to this machine</h2>
          <CommandLine command="docker port CONTAINER" />
          <CommandLine command="berth add web.localhost 8080" />
          <h2 className="mt-4 font-medium">By the address of the container, on Linux</h2>
          <CommandLine command="docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}' CONTAINER" />
          <CommandLine command="berth add web.localhost http://172.17.0.2:80" />
          <p className="text-caption text-dim">
            That address may be another one after a restart of the container; a published port
            stays.
          </p>
        </section>
      </div>
    </>
  );
}
