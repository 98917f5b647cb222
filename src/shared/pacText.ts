export interface PacFacts {
  /** Domains under which hosts are sent to the proxy. */
  readonly suffixes: readonly string[];
  /** Where the proxy listens: `127.0.0.1:8080`, `[::1]:80`. */
  readonly address: string;
  /** Ports of an address that are sent to it. Others belong to whatever listens there. */
  readonly ports: readonly number[];
}

/**
 * A proxy auto-config script that sends the hosts under our suffixes to us, and everything else where it would go
 * without, `localhost` itself too, where anything may listen. Nothing stands behind the proxy as a second choice: browsers that took it once would go on with it for minutes
 * after the proxy is back.
 */
export function pacText({ suffixes, address, ports }: PacFacts): string {
  return `// Sends ${suffixes.map((suffix) => `*.${suffix}`).join(', ')} to Berth, and nothing else.
function FindProxyForURL(url, host) {
  var suffixes = ${JSON.stringify(suffixes)};
  var ports = ${JSON.stringify(ports)};
  var port = /^[a-z]+:\\/\\/(?:[^\\/@]*@)?[^\\/:]*:([0-9]+)/i.exec(url);
  var name = host.toLowerCase().replace(/\\.$/, "");
  if (name === "localhost") return "DIRECT";
  if (port !== null && ports.indexOf(Number(port[1])) === -1) return "DIRECT";
  for (var i = 0; i < suffixes.length; i++) {
    var suffix = suffixes[i];
    var under = "." + suffix;
    if (name === suffix || name.slice(-under.length) === under) return "PROXY ${address}";
  }
  return "DIRECT";
}
`;
}
