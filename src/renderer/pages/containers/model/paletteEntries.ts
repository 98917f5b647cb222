import type { ContainersView } from '../../../../shared/contract/containers.ts';
import { describeTarget } from '../../../../shared/model/mapping.ts';
import { containerKey } from './items.ts';
import { containerTitle } from './words.ts';

export interface PaletteEntry {
  readonly id: string;
  readonly title: string;
  readonly entry:
    | { readonly kind: 'map'; readonly key: string }
    | { readonly kind: 'open'; readonly name: string };
}

/** Each service and each container that stands alone, to be mapped; each mapped host, to be opened. */
export function paletteEntries(view: ContainersView | null): readonly PaletteEntry[] {
  if (view === null) return [];
  const entries = new Map<string, PaletteEntry>();
  for (const container of view.containers) {
    const title = containerTitle(container);
    const id = `containers.map ${container.engine} ${title}`;
    // Of a service that has several, any stands for all.
    if (entries.has(id)) continue;
    const key = containerKey(container);
    entries.set(id, { id, title: `Map ${title}`, entry: { kind: 'map', key } });
  }
  for (const { name, target, state } of view.mappings) {
    if (state === 'elsewhere') continue;
    const id = `containers.open ${name}`;
    const title = `Open ${name} (${describeTarget(target)})`;
    entries.set(id, { id, title, entry: { kind: 'open', name } });
  }
  return [...entries.values()];
}
