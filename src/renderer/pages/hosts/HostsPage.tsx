import { useBerth } from '../../app/context.ts';
import { useStore } from '../../state/store.ts';
import { HostDetail } from './detail/HostDetail.tsx';
import { HostsListPage } from './HostsListPage.tsx';

export function HostsPage() {
  const { item } = useStore(useBerth().router.route);
  return item === null ? <HostsListPage /> : <HostDetail key={item} name={item} />;
}
