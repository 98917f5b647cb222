import { PageHeader } from '../../../ui/PageHeader.tsx';
export function HostDetail({ name }: { readonly name: string }) {
  return <PageHeader title={name} />;
}
