import type { HostView } from '../../../../shared/contract/hosts.ts';
import { limits } from '../../../../shared/limits.ts';
import type { HostActions } from '../actions.ts';
import { type FieldReading, LineField } from './LineField.tsx';

const readIdentifier = (text: string): FieldReading =>
  text.length <= limits.maxIdentifierChars
    ? { ok: true, value: text }
    : { ok: false, problem: `An identifier has ${limits.maxIdentifierChars} characters at most.` };

/** What the list of a host begins with in the store. */
export function EditIdentifier({
  host,
  actions,
  onClose,
}: {
  readonly host: HostView;
  readonly actions: HostActions;
  readonly onClose: () => void;
}) {
  return (
    <LineField
      host={host}
      label={`Identifier of ${host.name}`}
      verb="Save"
      first={host.identifier}
      placeholder={host.name}
      read={readIdentifier}
      onCancel={onClose}
      onSave={async (seen, identifier) => {
        const isDone =
          identifier === host.identifier || (await actions.change(seen, { identifier }));
        if (isDone) onClose();
        return isDone;
      }}
    />
  );
}
