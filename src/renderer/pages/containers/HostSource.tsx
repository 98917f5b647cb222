import { visibleText } from '../../../shared/escapeUnseen.ts';
import { useBerth } from '../../app/context.ts';
import { useStore } from '../../state/store.ts';
import { sourceOf } from './model/words.ts';

/** Who keeps the backends of a host: a person, or a mapping to containers. */
export function HostSource({ name }: { readonly name: string }) {
  const view = useStore(useBerth().containers.view);
  const { word, title } = sourceOf(view?.mappings.filter((one) => one.name === name) ?? []);
  return (
    <span title={visibleText(title)} className="text-dim">
      {visibleText(word)}
    </span>
  );
}
