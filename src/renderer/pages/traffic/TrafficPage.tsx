import { PageHeader } from '../../ui/PageHeader.tsx';

export function TrafficPage() {
  return <PageHeader title="Traffic" />;
}
