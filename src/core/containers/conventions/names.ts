import { limits } from '../../../shared/limits.ts';
import type { Container } from '../../../shared/model/container.ts';

/** Characters of a label of a host name, RFC 1035 section 2.3.4. */
const maxLabelChars = 63;
/** Names that are tried before a suggestion is given up for the first of them. */
const maxTries = 1000;

type Named = Pick<Container, 'name' | 'project' | 'service'>;

/**
 * `<service>.<project>.<suffix>` of a container of Compose, and `<name>.<suffix>` of any other, in letters, digits and
 * hyphens. The same for all containers of a service, and whatever else the project has: what is named once keeps its
 * name. Null where nothing is left of a name.
 */
export function conventionalName(container: Named, suffix: string): string | null {
  const labels = slugs(container);
  return labels === null ? null : hostOf(labels, suffix);
}

/** A name for a frontend, under the first suffix: the conventional one, with a number where that is `taken`. */
export function suggestionFor(
  container: Named,
  suffixes: readonly string[],
  taken: (name: string) => boolean,
): string {
  const [suffix = 'localhost'] = suffixes;
  const [first = 'app', ...others] = slugs(container) ?? ['app'];
  for (let i = 1; i <= maxTries; i++) {
    const ending = i === 1 ? '' : `-${i}`;
    const label = `${first.slice(0, maxLabelChars - ending.length).replace(/-+$/, '')}${ending}`;
    const name = hostOf([label, ...others], suffix) ?? `${label}.${suffix}`;
    if (!taken(name)) return name;
  }
  return `${first}.${suffix}`;
}

function slugs({ name, project, service }: Named): readonly string[] | null {
  const parts = project === null || service === null ? [name] : [service, project];
  const labels = parts.map(slugOf);
  return labels.includes('') ? null : labels;
}

/** A label of a host name; empty where nothing is left. */
const slugOf = (text: string): string =>
  text
    .slice(0, limits.maxContainerNameChars)
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}+/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, maxLabelChars)
    .replace(/^-+|-+$/g, '');

const hostOf = (labels: readonly string[], suffix: string): string | null => {
  const host = [...labels, suffix].join('.');
  return host.length <= limits.maxHostBytes ? host : null;
};
