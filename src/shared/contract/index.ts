import { certificatesContract } from './certificates.ts';
import { containersContract } from './containers.ts';
import { doctorContract } from './doctor.ts';
import { healthContract } from './health.ts';
import { hostsContract } from './hosts.ts';
import { instanceContract } from './instance.ts';
import { namesContract } from './names.ts';
import { settingsContract } from './settings.ts';
import { setupContract } from './setup.ts';
import { trafficContract } from './traffic.ts';
import { trustContract } from './trust.ts';

/**
 * Everything that a user interface or the command line can ask of an instance. Inputs are read by their schemas;
 * outputs come from the same program and are typed only: `hello` tells whether both ends are of one version.
 */
export const contract = {
  instance: instanceContract,
  hosts: hostsContract,
  traffic: trafficContract,
  health: healthContract,
  settings: settingsContract,
  containers: containersContract,
  names: namesContract,
  doctor: doctorContract,
  trust: trustContract,
  setup: setupContract,
  certificates: certificatesContract,
};
