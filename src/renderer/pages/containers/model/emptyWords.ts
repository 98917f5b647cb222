import type { ContainersView } from '../../../../shared/contract/containers.ts';

/** Why there is no container to be seen, and what to do. */
export interface EmptyWords {
  readonly kind:
    | 'disabled'
    | 'not-installed'
    | 'stopped'
    | 'starting'
    | 'forbidden'
    | 'failed'
    | 'asking'
    | 'none';
  readonly title: string;
  readonly text: string;
  /** As the engine has it, beside the text. */
  readonly reason: string;
  /** What can be pasted. */
  readonly command: string | null;
}

/** The engine that says the most: what can be done about is told before what has to be waited for. */
const severity = ['running', 'starting', 'forbidden', 'failed', 'stopped', 'connecting'] as const;

/** Null where there are containers. */
export function emptyWords(view: ContainersView): EmptyWords | null {
  if (!view.enabled) {
    return {
      kind: 'disabled',
      title: 'Containers are switched off',
      text: 'Berth looks for none, and keeps no host of theirs, while containers.enabled is off.',
      reason: '',
      command: 'berth config set containers.enabled true',
    };
  }
  if (view.containers.length > 0) return null;
  const engine = severity
    .map((state) => view.engines.find((one) => one.state === state))
    .find((one) => one !== undefined);
  if (engine === undefined) return withoutEngine(view.none);
  const { name, reason, advice } = engine;
  switch (engine.state) {
    case 'connecting':
      return words('asking', `Asking ${name}…`, 'It has not answered yet.', engine);
    case 'starting':
      return words(
        'starting',
        `${name} is starting`,
        'It takes connections and does not answer yet. Its containers show here as soon as it does.',
        engine,
      );
    case 'stopped':
      return words(
        'stopped',
        `${name} is not running`,
        advice || 'Start it: its containers show here within seconds.',
        engine,
      );
    case 'forbidden':
      return words(
        'forbidden',
        `No permission to talk to ${name}`,
        advice || 'It runs, and this user may not open its socket.',
        engine,
      );
    case 'failed':
      return words(
        'failed',
        `${name} answers in a way that cannot be read`,
        advice || 'Its version may be too old, or something else listens there.',
        engine,
      );
    case 'running':
      return {
        kind: 'none',
        title: 'No containers yet',
        text: `${name} runs, and has none. One that is started shows here at once, with a name to give it.`,
        reason,
        command: 'docker run -d -p 8080:80 nginx',
      };
  }
}

function withoutEngine(none: ContainersView['none']): EmptyWords {
  if (none === null) {
    return {
      kind: 'asking',
      title: 'Looking for container engines…',
      text: 'Docker, Podman and what speaks like them, where they usually are.',
      reason: '',
      command: null,
    };
  }
  return {
    kind: none.isInstalled ? 'stopped' : 'not-installed',
    title: none.reason.replace(/\.$/, ''),
    text: `${none.advice} One that is elsewhere is named in DOCKER_HOST, or in the setting containers.engines.`,
    reason: '',
    command: null,
  };
}

const words = (
  kind: EmptyWords['kind'],
  title: string,
  text: string,
  { reason }: { readonly reason: string },
): EmptyWords => ({ kind, title, text, reason: reason === text ? '' : reason, command: null });
