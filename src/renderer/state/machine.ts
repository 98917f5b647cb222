import type { CertificatesView } from '../../shared/contract/certificates.ts';
import type { NamesView } from '../../shared/contract/names.ts';
import type { TrustView } from '../../shared/contract/trust.ts';
import { createLook, type Look } from './look.ts';
import { createStore, type Store } from './store.ts';

/** How this machine finds hosts, and whom it trusts: looked at when a page shows it. */
export interface MachineState {
  readonly names: Look<NamesView>;
  /** By real handshakes. */
  readonly trust: Look<TrustView>;
  readonly certificates: Look<CertificatesView>;
  /** Whether the whole set-up is shown, over whichever page. */
  readonly isSettingUp: Store<boolean>;
}

export const createMachineState = (): MachineState => ({
  names: createLook((api) => api.names.look({})),
  trust: createLook(
    (api) => api.trust.status({ prove: true }),
    (api) => api.trust.status({ prove: false }),
  ),
  certificates: createLook((api) => api.certificates.list()),
  isSettingUp: createStore(false),
});
