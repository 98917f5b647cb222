import { useApi, useBerth } from '../../app/context.ts';
import { Button } from '../../ui/Button.tsx';
import { CommandLine } from '../../ui/CommandLine.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import type { EmptyWords } from './model/emptyWords.ts';

/** Why no container is to be seen, and what to do about it. */
export function NoContainers({ words }: { readonly words: EmptyWords }) {
  const { kind, title, text, reason, command } = words;
  return (
    <EmptyState title={title} actions={kind === 'disabled' && <LookButton />}>
      <p>{text}</p>
      {reason !== '' && <p className="mt-2 text-text">{reason}</p>}
      {command !== null && (
        <div className="mt-4">
          <CommandLine command={command} />
        </div>
      )}
    </EmptyState>
  );
}

/** Switches the looking for containers on. */
export function LookButton() {
  const { toasts } = useBerth();
  const api = useApi();
  return (
    <Button
      look="primary"
      disabled={api === null}
      onClick={() => {
        api?.settings.set({ patch: { containers: { enabled: true } } }).catch(toasts.failed);
      }}
    >
      Look for containers
    </Button>
  );
}
