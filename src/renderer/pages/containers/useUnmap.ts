import type { MappingView } from '../../../shared/contract/containers.ts';
import { useApi, useBerth } from '../../app/context.ts';

/** Ends a mapping, with a way back; tells by a toast how it went, and never rejects. */
export function useUnmap(): (mapping: MappingView) => Promise<void> {
  const { toasts } = useBerth();
  const api = useApi();
  return async (mapping) => {
    const { name, id, engine, target, port, scheme } = mapping;
    if (api === null) return;
    try {
      await api.containers.unmap({ name, id });
      toasts.show({
        kind: 'done',
        text: `Unmapped ${name}`,
        action: {
          label: 'Undo',
          run: () =>
            void api.containers
              .map({ name, engine, target, port, scheme })
              .then(() => toasts.show({ kind: 'done', text: `Mapped ${name} again` }))
              .catch(toasts.failed),
        },
      });
    } catch (error) {
      toasts.failed(error);
    }
  };
}
