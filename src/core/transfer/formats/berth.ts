import { type FrontendOptions, frontendOptionsSchema } from '../../../shared/model/options.ts';
import { Collector } from '../collector.ts';
import { childOf, plainOf, type Tree, textOf } from '../tree.ts';
import { type Parsed, quoted } from '../wanted.ts';

/** The version of the document that `berth export` writes. */
export const documentVersion = 1;

const keys = ['identifier', 'backends', 'options'];

/**
 * Our own document, as YAML or JSON. What it does not say of options has its default, and what it does not say of an
 * identifier stays.
 */
export function parseBerth(tree: Tree): Parsed {
  const found = new Collector();
  const version = childOf(tree, 'berth');
  if (version?.kind !== 'scalar' || version.value !== documentVersion) {
    found.problem(
      version?.line ?? tree.line,
      `this version reads documents that begin with "berth: ${documentVersion}"`,
    );
    return found.result();
  }
  const frontends = childOf(tree, 'frontends');
  if (frontends?.kind !== 'map') {
    const isEmpty = frontends === null || (frontends.kind === 'scalar' && frontends.value === null);
    if (!isEmpty) found.problem(frontends.line, '"frontends" is a map from names to frontends');
    return found.result();
  }
  for (const { key, line, value } of frontends.entries) addFrontend(found, key, line, value);
  return found.result();
}

function addFrontend(found: Collector, name: string, line: number, tree: Tree): void {
  if (tree.kind !== 'map') {
    found.problem(line, `${quoted(name)} must have "backends" under it`);
    return;
  }
  const unknown = tree.entries.find(({ key }) => !keys.includes(key));
  if (unknown !== undefined) {
    found.problem(unknown.line, `${quoted(name)}: there is no key ${quoted(unknown.key)}`);
    return;
  }
  const backends = childOf(tree, 'backends');
  const urls = backends?.kind === 'list' ? backends.items.map(textOf) : null;
  if (urls?.includes(null) !== false) {
    found.problem(backends?.line ?? line, `${quoted(name)}: "backends" is a list of URLs`);
    return;
  }
  const identifier = childOf(tree, 'identifier');
  if (identifier !== null && textOf(identifier) === null) {
    found.problem(identifier.line, `${quoted(name)}: "identifier" is a text; put it in quotes`);
    return;
  }
  const options = readOptions(childOf(tree, 'options'));
  if (!options.ok) {
    found.problem(options.line, `${quoted(name)}: ${options.problem}`);
    return;
  }
  found.add({
    name,
    identifier: textOf(identifier),
    backends: urls.filter((url) => url !== null),
    options: options.options,
    line,
  });
}

type OptionsRead =
  | { readonly ok: true; readonly options: FrontendOptions }
  | { readonly ok: false; readonly line: number; readonly problem: string };

function readOptions(tree: Tree | null): OptionsRead {
  const parsed = frontendOptionsSchema.safeParse(tree === null ? {} : plainOf(tree));
  if (parsed.success) return { ok: true, options: parsed.data };
  const [issue] = parsed.error.issues;
  const path = issue?.path.map(String) ?? [];
  return {
    ok: false,
    line: lineAt(tree, path),
    problem: `options${path.map((part) => `.${part}`).join('')}: ${issue?.message ?? 'cannot be read'}`,
  };
}

/** The line of what a path leads to, as far as it goes. */
function lineAt(tree: Tree | null, path: readonly string[]): number {
  let at = tree;
  for (const part of path) {
    const next = at?.kind === 'list' ? at.items[Number(part)] : at && childOf(at, part);
    if (next === null || next === undefined) break;
    at = next;
  }
  return at?.line ?? 1;
}
