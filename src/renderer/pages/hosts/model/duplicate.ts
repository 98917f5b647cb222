import type { HostView } from '../../../../shared/contract/hosts.ts';

/** The line with which a host is added that has the same backends: `app-2.dev.local http://127.0.0.1:3000`. */
export function duplicateLine({ name, backends }: Pick<HostView, 'name' | 'backends'>): string {
  const [, before = '', label = '', rest = ''] = /^(\*\.)?([^.]*)(.*)$/.exec(name) ?? [];
  const [, stem = label, number = '1'] = /^(.*?)-(\d+)$/.exec(label) ?? [];
  const copy = label === '*' ? 'copy' : `${stem}-${Number(number) + 1}`;
  return [`${before}${copy}${rest}`, ...backends].join(' ');
}
