import type { ContainerEngineView } from '../../../shared/contract/containers.ts';
import { visibleText } from '../../../shared/escapeUnseen.ts';
import { StatusGlyph } from '../../ui/Status.tsx';
import { engineStates } from './model/words.ts';

/** Engines that cannot be asked, above what the others have. */
export function EngineLines({ engines }: { readonly engines: readonly ContainerEngineView[] }) {
  const away = engines.filter(({ state }) => state !== 'running');
  if (away.length === 0) return null;
  return (
    <ul aria-label="Engines" className="shrink-0 border-b border-line bg-panel py-1.5">
      {away.map(({ id, name, state, reason, advice }) => {
        const { status, word } = engineStates[state];
        return (
          <li key={id} title={id} className="flex gap-2 px-4 py-1">
            <span className="shrink-0">
              <StatusGlyph status={status} says={word} />
            </span>
            <div className="min-w-0 break-words">
              {visibleText(name)} <span className="text-dim">{word}</span>
              {[reason, advice]
                .filter((part) => part !== '')
                .map((part) => (
                  <p key={part} className="text-caption text-dim">
                    {visibleText(part)}
                  </p>
                ))}
            </div>
          </li>
        );
      })}
    </ul>
  );
}
