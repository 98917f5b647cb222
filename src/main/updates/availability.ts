export interface AvailabilityInputs {
  readonly isPackaged: boolean;
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether the package says where its updates are. */
  readonly hasFeed: boolean;
}

/** Why this build takes no updates by itself, in a sentence; null where it does. */
export function noUpdates({
  isPackaged,
  platform,
  env,
  hasFeed,
}: AvailabilityInputs): string | null {
  if (!isPackaged) return 'This is a checkout: git pull brings what is new.';
  if (!hasFeed) return 'This package does not say where its updates are.';
  if (platform === 'linux' && !env['APPIMAGE']) {
    return 'The package manager that installed Berth updates it.';
  }
  return null;
}
