import type { TrustHint } from '../../shared/contract/trust.ts';
import { shellWord } from '../../shared/shellWord.ts';
import type { Machine } from './machine.ts';

/** What no store reaches, with the commands for it. */
export function trustHints(
  { platform, env }: Pick<Machine, 'platform' | 'env'>,
  certificate: string,
): readonly TrustHint[] {
  const isWsl = platform === 'linux' && Boolean(env['WSL_DISTRO_NAME']);
  return [
    node(platform, env, certificate),
    containers(platform, certificate),
    ...(isWsl ? [wsl(certificate)] : []),
    ...(platform === 'linux' ? [] : [firefox]),
  ];
}

function node(platform: NodeJS.Platform, env: Machine['env'], certificate: string): TrustHint {
  const present = env['NODE_EXTRA_CA_CERTS'];
  const says =
    present === certificate
      ? 'NODE_EXTRA_CA_CERTS names the CA certificate here: Node started from here trusts it'
      : present
        ? `NODE_EXTRA_CA_CERTS names ${present}, and takes one file: the CA certificate has to stand in that, too`
        : 'Node has a list of its own; NODE_EXTRA_CA_CERTS adds to it, and Node 22.15 and later take --use-system-ca';
  const commands = present
    ? []
    : platform === 'win32'
      ? [`setx NODE_EXTRA_CA_CERTS "${certificate}"`]
      : [`export NODE_EXTRA_CA_CERTS=${shellWord(certificate)}`];
  return { id: 'node', title: 'Node', says, commands };
}

const inContainer = '/usr/local/share/ca-certificates/berth.crt';

function containers(platform: NodeJS.Platform, certificate: string): TrustHint {
  const mount = `${certificate}:${inContainer}:ro`;
  const quoted = platform === 'win32' ? `"${mount}"` : shellWord(mount);
  return {
    id: 'containers',
    title: 'Containers',
    says: 'A container trusts what is in its own image: give it the certificate, and have it read it',
    commands: [
      `docker run --volume ${quoted} --env NODE_EXTRA_CA_CERTS=${inContainer} IMAGE`,
      'docker exec --user root CONTAINER update-ca-certificates',
    ],
  };
}

const wsl = (certificate: string): TrustHint => ({
  id: 'wsl',
  title: 'Windows around this WSL',
  says: 'Browsers of Windows go by the store of Windows, which asks in a window of its own',
  commands: [`certutil.exe -user -addstore Root "$(wslpath -w ${shellWord(certificate)})"`],
});

const firefox: TrustHint = {
  id: 'firefox',
  title: 'Firefox',
  says: 'Firefox 120 and later goes by the store of the system; earlier ones with security.enterprise_roots.enabled',
  commands: [],
};
