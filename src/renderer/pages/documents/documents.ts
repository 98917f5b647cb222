/** What is read in the interface, in the order in which it is offered. They come with each build, and are loaded when one is opened. */
const sources = import.meta.glob(
  '../../../../docs/{DESKTOP,HOSTS,NAMES,CERTIFICATES,TRUST,HTTP2,CONTAINERS,HEALTH,DOCTOR,FILTER,CONFIG,CLI,IMPORT,SERVICE,ACCESSLOG,METRICS,CONTROL,SECURITY,ERRORS}.md',
  { query: '?raw', import: 'default' },
);

const titles: Readonly<Record<string, string>> = {
  'DESKTOP.md': 'The app',
  'HOSTS.md': 'Hosts',
  'NAMES.md': 'Names',
  'CERTIFICATES.md': 'Certificates',
  'TRUST.md': 'Trust',
  'HTTP2.md': 'HTTP/2',
  'CONTAINERS.md': 'Containers',
  'HEALTH.md': 'Health',
  'DOCTOR.md': 'Doctor',
  'FILTER.md': 'Filters',
  'CONFIG.md': 'Settings',
  'CLI.md': 'Commands',
  'IMPORT.md': 'Import and export',
  'SERVICE.md': 'As a service',
  'ACCESSLOG.md': 'Access log',
  'METRICS.md': 'Metrics',
  'CONTROL.md': 'Control',
  'SECURITY.md': 'Security',
  'ERRORS.md': 'Errors',
};

export interface Document {
  /** As in the folder docs: `HOSTS.md`. */
  readonly name: string;
  readonly title: string;
  load(): Promise<string>;
}

export const documents: readonly Document[] = Object.entries(titles).flatMap(([name, title]) => {
  const found = Object.entries(sources).find(([path]) => path.endsWith(`/${name}`));
  return found === undefined ? [] : [{ name, title, load: found[1] }];
});

export const documentOf = (name: string | null): Document | null =>
  documents.find((document) => document.name === name) ?? null;
