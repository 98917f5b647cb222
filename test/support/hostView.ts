import type { HostView } from '../../src/shared/contract/hosts.ts';
import { defaultOptions } from '../../src/shared/model/options.ts';

/** A host with what a test does not care about filled in. */
export function hostView(fields: Partial<HostView> = {}): HostView {
  const name = fields.name ?? 'app.localhost';
  return {
    name,
    identifier: name,
    backends: ['http://127.0.0.1:3000'],
    options: defaultOptions,
    findings: [],
    revision: 'r1',
    ...fields,
  };
}
