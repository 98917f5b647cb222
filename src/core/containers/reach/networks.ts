import type { Container, ContainerNetwork } from '../../../shared/model/container.ts';

/** `host` and `none` are networks by name, which an engine may leave without a driver. */
const isKind = ({ name, driver }: ContainerNetwork, kind: 'host' | 'none'): boolean =>
  driver === kind || (driver === '' && name === kind);

export const isIn = ({ networks }: Container, kind: 'host' | 'none'): boolean =>
  networks.some((network) => isKind(network, kind));

/** The machine that a network of these drivers hangs on is the one that cannot reach it. */
export const hidesFromItsHost = ({ driver }: ContainerNetwork): boolean =>
  driver === 'macvlan' || driver === 'ipvlan' || driver === 'overlay';

/** Networks in which a container can have an address: those with a way out first. */
export const addressable = ({ networks }: Container): readonly ContainerNetwork[] =>
  networks
    .filter((network) => !isKind(network, 'host') && !isKind(network, 'none'))
    .sort((a, b) => Number(a.isInternal) - Number(b.isInternal));
