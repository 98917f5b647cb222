export { createPortReader } from './createReader.ts';
export { localPortOf } from './namedPorts.ts';
export { describeOwner, type PortOwner } from './portOwner.ts';
export { type LastOwner, openPorts, type Ports } from './ports.ts';
