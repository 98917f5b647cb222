import { visibleText } from '../../../shared/escapeUnseen.ts';
import { useBerth } from '../../app/context.ts';
import { addressOf } from '../../app/route.ts';
import { MenuAt, type MenuEntry } from '../../ui/MenuAt.tsx';
import type { HostActions } from './actions.ts';
import { duplicateLine } from './model/duplicate.ts';
import type { HostRow } from './model/rows.ts';

/** All that can be done with one host. */
export function HostMenu({
  row,
  at,
  actions,
  onRemoved,
  onClose,
}: {
  readonly row: HostRow;
  readonly at: { readonly x: number; readonly y: number };
  readonly actions: HostActions;
  /** Its removal was asked for. */
  readonly onRemoved?: () => void;
  readonly onClose: () => void;
}) {
  const { router, hostsView } = useBerth();
  const { host, name } = row;
  const { paused } = host.options;
  const hasAddress = actions.addressOf(row) !== null;
  const entries: readonly MenuEntry[] = [
    { label: 'Open', keys: 'o', isDisabled: !hasAddress, run: () => void actions.open(row) },
    {
      label: 'Copy address',
      keys: 'y',
      isDisabled: !hasAddress,
      run: () => void actions.copyUrl(row),
    },
    {
      label: 'Copy as curl',
      keys: 'c',
      isDisabled: !hasAddress,
      run: () => void actions.copyCurl(row),
    },
    {
      label: 'Show requests',
      run: () => router.go(addressOf('traffic', null, { filter: `frontend:${name}` })),
    },
    {
      label: 'Check now',
      keys: 'r',
      beginsGroup: true,
      isDisabled: host.backends.length === 0,
      run: () => void actions.check(name),
    },
    { label: 'Revive', keys: 'v', run: () => void actions.revive(name) },
    {
      label: paused ? 'Resume' : 'Pause',
      keys: 'p',
      run: () => void actions.setPaused([host], !paused),
    },
    {
      label: 'Edit',
      keys: 'e',
      beginsGroup: true,
      run: () => router.go(addressOf('hosts', name)),
    },
    {
      label: 'Duplicate',
      keys: 'D',
      isDisabled: host.backends.length === 0,
      run: () => {
        router.go(addressOf('hosts'));
        hostsView.draft.set({ text: duplicateLine(host), copyOf: name });
      },
    },
    {
      label: 'Delete',
      keys: 'd',
      beginsGroup: true,
      isDanger: true,
      run: () => {
        void actions.remove([host]);
        onRemoved?.();
      },
    },
  ];
  return <MenuAt label={visibleText(name)} at={at} entries={entries} onClose={onClose} />;
}
