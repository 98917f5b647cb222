import type { EngineFault } from './api.ts';
import type { EnginePlace } from './places.ts';
import type { Told } from './types.ts';

/** What to start, by the name of the place. */
function howToStart(name: string, platform: NodeJS.Platform): string {
  if (/colima/i.test(name)) return 'Start it: colima start.';
  if (/lima/i.test(name)) return 'Start it: limactl start.';
  if (/orbstack/i.test(name)) return 'Start OrbStack.';
  if (/rancher/i.test(name)) return 'Start Rancher Desktop.';
  if (/podman/i.test(name)) {
    return platform === 'linux'
      ? 'Start it: systemctl --user start podman.socket.'
      : 'Start it: podman machine start.';
  }
  if (/rootless/i.test(name)) return 'Start it: systemctl --user start docker.';
  if (platform !== 'linux' || /desktop/i.test(name)) return 'Start Docker Desktop.';
  return 'Start it: sudo systemctl start docker.';
}

const whereFrom = ({ source, id, name }: EnginePlace): string => {
  if (source === 'setting') return `the setting containers.engines names ${id}`;
  if (source === 'DOCKER_HOST') return `DOCKER_HOST names ${id}`;
  if (source === 'context') return `the Docker context ${name} leads to ${id}`;
  return `its socket is ${id.replace(/^[a-z]+:\/\//, '')}`;
};

/** What is the case at a place that has a problem of its own. */
export const tellProblem = ({ source, problem }: EnginePlace): Told => ({
  reason: problem,
  advice:
    source === 'DOCKER_HOST' || source === 'setting'
      ? 'Name a unix://, npipe:// or tcp:// address, as one that ssh -L forwards.'
      : 'Choose another context: docker context use.',
});

/** What is the case at an engine that does not answer as it should. */
export function tellFault(
  place: EnginePlace,
  fault: EngineFault,
  detail: string,
  platform: NodeJS.Platform,
): Told {
  const name = place.name === '' ? 'The container engine' : place.name;
  switch (fault) {
    case 'away':
      return {
        reason: `${name} does not run: ${whereFrom(place)}, and nothing answers there.`,
        advice: howToStart(place.name, platform),
      };
    case 'forbidden':
      return {
        reason: `This user may not talk to ${name}: ${whereFrom(place)}.`,
        advice: howToBeLet(place, platform),
      };
    case 'silent':
      return {
        reason: `${name} is starting, or stuck: it takes connections and does not answer.`,
        advice: 'Wait for it; if it stays so, restart it.',
      };
    case 'not-found':
    case 'garbled':
      return {
        reason: `${name} answers in a way that Berth does not understand: ${detail}.`,
        advice: `Look at what listens there: ${whereFrom(place)}.`,
      };
  }
}

function howToBeLet({ name, endpoint }: EnginePlace, platform: NodeJS.Platform): string {
  if (endpoint?.kind === 'tcp')
    return 'Give Berth the certificate that it asks for: DOCKER_CERT_PATH.';
  if (platform === 'win32') return 'Add this user to the group docker-users, and log in anew.';
  if (/podman/i.test(name)) {
    return 'Run Podman as this user: systemctl --user start podman.socket.';
  }
  if (platform !== 'linux') return 'Give this user the right to its socket.';
  return 'Add this user to the group docker, and log in anew: sudo usermod -aG docker "$USER".';
}
