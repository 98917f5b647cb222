/** Packages that are not bundled: each is loaded from node_modules at run time, and packages carry them. */
export const external = ['ioredis', 'ioredis-mock', 'http-proxy'];
