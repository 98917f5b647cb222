import type { certificatesContract } from '../../shared/contract/certificates.ts';
import type { containersContract } from '../../shared/contract/containers.ts';
import type { doctorContract } from '../../shared/contract/doctor.ts';
import type { healthContract } from '../../shared/contract/health.ts';
import type { hostsContract } from '../../shared/contract/hosts.ts';
import type { instanceContract } from '../../shared/contract/instance.ts';
import type { namesContract } from '../../shared/contract/names.ts';
import type { settingsContract } from '../../shared/contract/settings.ts';
import type { setupContract } from '../../shared/contract/setup.ts';
import type { trafficContract } from '../../shared/contract/traffic.ts';
import type { trustContract } from '../../shared/contract/trust.ts';
import type { Making } from './later.ts';
import type { Service } from './served.ts';

/*
 * What the control plane asks of the rest of the supervisor. Inputs have been read by the contract's schemas. A refusal
 * is thrown as BerthError; anything else that is thrown is a fault of ours, logged, and answered without a reason.
 */

export interface InstanceService
  extends Omit<Service<typeof instanceContract>, 'hello' | 'handOver' | 'reload' | 'reopenLogs'> {
  /** As SIGHUP. */
  reload(): Promise<void>;
  /** As SIGUSR1. */
  reopenLogs(): Promise<void>;
}

type HostsCalls = Service<typeof hostsContract>;
type HealthCalls = Service<typeof healthContract>;
type TrafficCalls = Service<typeof trafficContract>;

/** What may be long of an answer or a message is left to `making`, and nothing of it held before. */
interface LongLists<Calls extends Pick<HostsCalls | HealthCalls, 'list' | 'watch'>> {
  list(making: Making): ReturnType<Calls['list']>;
  watch(signal: AbortSignal, making: Making): ReturnType<Calls['watch']>;
}

type HostsService = Omit<HostsCalls, 'list' | 'watch'> & LongLists<HostsCalls>;
type HealthService = Omit<HealthCalls, 'list' | 'watch'> & LongLists<HealthCalls>;

interface TrafficService extends Omit<TrafficCalls, 'recent'> {
  /** As the lists are. */
  recent(
    input: Parameters<TrafficCalls['recent']>[0],
    signal: AbortSignal | undefined,
    making: Making,
  ): ReturnType<TrafficCalls['recent']>;
}

/**
 * Each is asked for at every call: a reload with another store puts others in their place, and the streams of the old
 * ones end.
 */
export interface ControlServices {
  readonly instance: InstanceService;
  readonly hosts: HostsService;
  readonly traffic: TrafficService;
  readonly health: HealthService;
  readonly settings: Service<typeof settingsContract>;
  readonly containers: Service<typeof containersContract>;
  readonly names: Service<typeof namesContract>;
  readonly doctor: Service<typeof doctorContract>;
  readonly trust: Service<typeof trustContract>;
  readonly setup: Service<typeof setupContract>;
  readonly certificates: Service<typeof certificatesContract>;
}
