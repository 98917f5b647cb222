import { useState } from 'react';
import type { HostView } from '../../../../shared/contract/hosts.ts';
import type { HostActions } from '../actions.ts';
import { readServer } from '../model/addLine.ts';
import type { BackendPlace } from '../model/backendEdit.ts';
import { type FieldReading, LineField } from './LineField.tsx';

const placeholder = '3000, box:3000 or http://…';

/** An address as a person writes it: a port, a name with its port, or a URL. */
function readAddress(text: string): FieldReading {
  const server = readServer(text);
  return server.ok ? { ok: true, value: server.url } : server;
}

/** What is listed already is not added again. */
function readNew(text: string, listed: readonly string[]): FieldReading {
  const reading = readAddress(text);
  return reading.ok && listed.includes(reading.value)
    ? { ok: false, problem: `${reading.value} is listed already.` }
    : reading;
}

/** Another address for a backend. */
export function EditBackend({
  host,
  place,
  actions,
  onClose,
}: {
  readonly host: HostView;
  readonly place: BackendPlace;
  readonly actions: HostActions;
  /** With the address that it has now. */
  readonly onClose: (url: string) => void;
}) {
  return (
    <LineField
      host={host}
      label={`Address of backend ${place.index}`}
      verb="Save"
      first={place.url}
      placeholder={placeholder}
      read={readAddress}
      onCancel={() => onClose(place.url)}
      onSave={async (seen, url) => {
        const isDone = url === place.url || (await actions.moveBackend(seen, place, url));
        if (isDone) onClose(url);
        return isDone;
      }}
    />
  );
}

/** One backend more; then the field is empty, for the next one. */
export function AddBackend({
  host,
  actions,
  onClose,
}: {
  readonly host: HostView;
  readonly actions: HostActions;
  /** Null where the field stands always. */
  readonly onClose: (() => void) | null;
}) {
  const [made, setMade] = useState(0);
  return (
    <LineField
      key={made}
      host={host}
      label="Add a backend"
      verb="Add backend"
      first=""
      placeholder={placeholder}
      read={(text) => readNew(text, host.backends)}
      onCancel={onClose}
      onSave={async (seen, url) => {
        const isDone = await actions.addBackend(seen, url);
        if (isDone) setMade(made + 1);
        return isDone;
      }}
    />
  );
}
