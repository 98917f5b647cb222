import { PageHeader } from '../../ui/PageHeader.tsx';

export function ContainersPage() {
  return <PageHeader title="Containers" />;
}
