/** How the distributions of a family keep whom the system trusts. Paths are absolute. */
export interface LinuxFamily {
  readonly name: string;
  /** Where certificates are put. */
  readonly directory: string;
  /** Program with arguments that makes them count. */
  readonly update: readonly [program: string, ...rest: string[]];
  /** What programs read. */
  readonly bundle: string;
  /** How certutil is had. */
  readonly getCertutil: string;
  /** Whether `update` forgets a certificate whose file is gone; else it is told which. */
  readonly forgets: boolean;
  /** Files that `update` writes anew, so that they are not what they were when a certificate came and went. */
  readonly rewritten: readonly string[];
  /** As ID or ID_LIKE of os-release has them. */
  readonly ids: readonly string[];
}

/** Those that look alike stand behind those that are told by a directory of their own. */
export const linuxFamilies: readonly LinuxFamily[] = [
  {
    name: 'Fedora, RHEL',
    directory: '/etc/pki/ca-trust/source/anchors',
    update: ['update-ca-trust', 'extract'],
    bundle: '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
    getCertutil: 'dnf install nss-tools',
    forgets: true,
    rewritten: [],
    ids: ['fedora', 'rhel', 'centos', 'amzn', 'mageia'],
  },
  {
    name: 'Arch',
    directory: '/etc/ca-certificates/trust-source/anchors',
    update: ['update-ca-trust', 'extract'],
    bundle: '/etc/ca-certificates/extracted/tls-ca-bundle.pem',
    getCertutil: 'pacman -S nss',
    forgets: true,
    rewritten: [],
    ids: ['arch', 'archarm', 'manjaro', 'endeavouros'],
  },
  {
    name: 'SUSE',
    directory: '/etc/pki/trust/anchors',
    update: ['update-ca-certificates'],
    bundle: '/var/lib/ca-certificates/ca-bundle.pem',
    getCertutil: 'zypper install mozilla-nss-tools',
    forgets: true,
    rewritten: [],
    ids: ['suse', 'opensuse', 'sles', 'opensuse-leap', 'opensuse-tumbleweed'],
  },
  {
    name: 'Debian, Ubuntu',
    directory: '/usr/local/share/ca-certificates',
    update: ['update-ca-certificates'],
    bundle: '/etc/ssl/certs/ca-certificates.crt',
    getCertutil: 'apt-get install libnss3-tools',
    forgets: false,
    rewritten: ['/etc/ssl/certs/java/cacerts'],
    ids: ['debian', 'ubuntu'],
  },
  {
    name: 'Alpine',
    directory: '/usr/local/share/ca-certificates',
    update: ['update-ca-certificates'],
    bundle: '/etc/ssl/certs/ca-certificates.crt',
    getCertutil: 'apk add nss-tools',
    forgets: true,
    rewritten: [],
    ids: ['alpine', 'postmarketos'],
  },
];

/** What os-release says of the distribution: ID, then those that it is like. */
export function distributionIds(osRelease: string): readonly string[] {
  const fields = new Map(
    osRelease.split('\n').flatMap((line): [string, string][] => {
      const match = /^\s*(ID|ID_LIKE)=(["']?)(.*?)\2\s*$/.exec(line);
      return match?.[1] === undefined ? [] : [[match[1], match[3] ?? '']];
    }),
  );
  return ['ID', 'ID_LIKE'].flatMap((key) =>
    (fields.get(key) ?? '')
      .toLowerCase()
      .split(/\s+/)
      .filter((id) => id !== ''),
  );
}

/** What there is on the machine. */
export interface LinuxFacts {
  readonly ids: readonly string[];
  /** Whether a family's directory is there. */
  readonly hasDirectory: (path: string) => boolean;
  /** Whether there is such a program. */
  readonly has: (program: string) => boolean;
}

/**
 * The family whose way works here. What the distribution calls itself goes first; where that is not known, or its
 * program is missing, the one whose directory and program are there.
 */
export function familyOf({ ids, hasDirectory, has }: LinuxFacts): LinuxFamily | null {
  const byName = ids.flatMap((id) => linuxFamilies.filter((family) => family.ids.includes(id)));
  const works = (family: LinuxFamily): boolean => has(family.update[0]);
  return (
    byName.find((family) => works(family) && hasDirectory(family.directory)) ??
    linuxFamilies.find((family) => works(family) && hasDirectory(family.directory)) ??
    // Its directory may be missing until the first certificate comes.
    byName.find(works) ??
    null
  );
}

/** Of the family that the distribution says it is of, whatever works of it. */
export const getCertutil = (ids: readonly string[]): string =>
  ids.flatMap((id) => linuxFamilies.filter((family) => family.ids.includes(id)))[0]?.getCertutil ??
  'install the package that has it (libnss3-tools, nss-tools or nss)';
