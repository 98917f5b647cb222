import { describe, expect, it } from 'vitest';
import { ownContainerId, type Traces } from './ownContainer.ts';

const id = '3f'.repeat(32);
const nothing: Traces = { cgroup: '0::/\n', mountinfo: '', hostname: 'desk', marker: false };

describe('the container that a process is in', () => {
  it.each([
    ['a cgroup of Docker', { cgroup: `12:memory:/docker/${id}\n0::/system.slice\n` }],
    ['a cgroup under systemd', { cgroup: `0::/system.slice/docker-${id}.scope\n` }],
    ['a cgroup of Podman', { cgroup: `0::/machine.slice/libpod-${id}.scope/container\n` }],
    [
      'the files that an engine mounts',
      {
        mountinfo: `711 690 8:1 /var/lib/docker/containers/${id}/hostname /etc/hostname rw - ext4 /dev/sda1 rw\n`,
      },
    ],
  ])('is known by %s', (_name, traces) => {
    expect(ownContainerId({ ...nothing, ...traces })).toBe(id);
  });

  it('is known by the name of the machine where nothing else says it', () => {
    expect(ownContainerId({ ...nothing, marker: true, hostname: '3f3f3f3f3f3f' })).toBe(
      '3f3f3f3f3f3f',
    );
  });

  it('is not known where somebody named the machine', () => {
    expect(ownContainerId({ ...nothing, marker: true })).toBe('');
  });

  it('is none on a machine that has containers, or is named like one', () => {
    const mountinfo = `90 28 0:45 / /var/lib/docker/containers/${id}/mounts/shm rw - tmpfs shm rw\n31 1 8:1 / / rw - ext4 /dev/sda1 rw\n`;
    expect(ownContainerId({ ...nothing, mountinfo })).toBeNull();
    expect(ownContainerId({ ...nothing, hostname: '3f3f3f3f3f3f' })).toBeNull();
  });
});
