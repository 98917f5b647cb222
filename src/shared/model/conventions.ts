/** How a container says which hosts it wants, the strongest first. */
export const conventions = ['berth', 'orbstack', 'traefik', 'nginx-proxy', 'auto'] as const;

export type Convention = (typeof conventions)[number];
