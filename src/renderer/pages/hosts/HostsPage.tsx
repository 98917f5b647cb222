import { PageHeader } from '../../ui/PageHeader.tsx';

export function HostsPage() {
  return <PageHeader title="Hosts" />;
}
