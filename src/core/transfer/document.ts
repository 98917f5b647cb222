import { Document, visit } from 'yaml';
import type { HostView } from '../../shared/contract/hosts.ts';
import { escapeUnseen, hasUnseen } from '../../shared/escapeUnseen.ts';
import { limits } from '../../shared/limits.ts';
import { parseBackend } from '../../shared/model/backend.ts';
import { formatOptions } from '../../shared/model/options.ts';
import { hasUserinfo } from './collector.ts';
import { documentVersion } from './formats/berth.ts';
import { type DocumentFormat, quoted } from './wanted.ts';

export interface ExportedDocument {
  readonly text: string;
  readonly frontends: number;
  /** What is not in it, each one sentence. */
  readonly warnings: readonly string[];
}

/**
 * All frontends as one document that `parseBerth` reads: sorted by name, the same text for the same frontends. Dead marks
 * are no part of it, and neither is what could not be imported.
 */
export function formatDocument(
  hosts: readonly Pick<HostView, 'name' | 'identifier' | 'backends' | 'options' | 'findings'>[],
  format: DocumentFormat,
): ExportedDocument {
  const warnings: string[] = [];
  const frontends: [name: string, content: object][] = [];
  for (const host of [...hosts].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const unreadable = host.findings.find(({ rule }) => rule === 'unreadable');
    if (unreadable !== undefined) {
      warnings.push(`${quoted(host.name)} is left out: ${unreadable.message}`);
      continue;
    }
    if (host.findings.some(({ rule }) => rule === 'unreadable-options')) {
      warnings.push(`${quoted(host.name)}: its options cannot be read and are left out`);
    }
    frontends.push([host.name, contentOf(host, (text) => warnings.push(text))]);
  }
  const document = { berth: documentVersion, frontends: Object.fromEntries(frontends) };
  const text =
    format === 'json' ? `${escapeUnseen(JSON.stringify(document, null, 2))}\n` : yamlOf(document);
  return { text, frontends: frontends.length, warnings };
}

/** The library writes control characters as they are; between double quotes they can be written as what they are called. */
function yamlOf(content: object): string {
  const document = new Document(content, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar(_key, node) {
      if (typeof node.value === 'string' && hasUnseen(node.value)) node.type = 'QUOTE_DOUBLE';
    },
  });
  return escapeUnseen(document.toString({ lineWidth: 0 }));
}

function contentOf(
  {
    name,
    identifier,
    backends,
    options,
  }: Pick<HostView, 'name' | 'identifier' | 'backends' | 'options'>,
  warn: (text: string) => void,
): object {
  const isUsable = (url: string): boolean => parseBackend(url, 0).ok;
  for (const url of backends) {
    if (isUsable(url)) continue;
    // A URL may hold a password only if it was put there by hand: it must not get into a file that goes around.
    warn(
      hasUserinfo(url)
        ? `${quoted(name)}: a backend is left out, since its URL carries a user name or password`
        : `${quoted(name)}: the backend ${quoted(url)} is left out, since it cannot be used`,
    );
  }
  const isPlain = !/[\r\n]/.test(identifier) && identifier.length <= limits.maxIdentifierChars;
  if (!isPlain) warn(`${quoted(name)}: its identifier is left out: too long, or not one line`);
  const text = formatOptions({
    ...options,
    weights: Object.fromEntries(
      Object.entries(options.weights)
        .filter(([url]) => isUsable(url))
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
    drained: options.drained.filter(isUsable),
    // What a mapping says of its container now is nothing to take along.
    container: null,
  });
  const written: unknown = text === null ? null : JSON.parse(text);
  return {
    ...(isPlain ? { identifier } : {}),
    backends: backends.filter(isUsable),
    ...(written === null ? {} : { options: written }),
  };
}
