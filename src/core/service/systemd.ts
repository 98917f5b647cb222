import { argvOf, description, type ServiceSpec, writeMark } from './spec.ts';

// systemd.syntax(7) and systemd.service(5): % begins a specifier, $ a variable, \ and " belong to quoting.
const withoutSpecifiers = (text: string): string => text.replaceAll('%', '%%');
const quotedWord = (text: string): string =>
  `"${withoutSpecifiers(text).replace(/[\\"]/g, '\\$&')}"`;
const argument = (text: string): string =>
  /^[\w./:@+=-]+$/.test(text) ? text : quotedWord(text).replaceAll('$', '$$$$');
/** The program is the one word in which $ means itself. */
const program = (text: string): string => (/^[\w./:@+=-]+$/.test(text) ? text : quotedWord(text));

/** A unit for the user's own systemd. */
export function systemdUnit(spec: ServiceSpec): string {
  const [node = '', ...rest] = argvOf(spec);
  return `# Made by "berth service install", which makes it anew.
# ${writeMark(spec)}
[Unit]
Description=${description}

[Service]
Type=simple
ExecStart=${[program(node), ...rest.map(argument)].join(' ')}
ExecReload=/bin/kill -HUP $MAINPID
WorkingDirectory=${withoutSpecifiers(spec.directory)}
${spec.home === null ? '' : `Environment=${quotedWord(`BERTH_HOME=${spec.home}`)}\n`}Restart=on-failure
RestartSec=2
# A wrong command line or configuration does not get better by itself.
RestartPreventExitStatus=2 3
# The supervisor lets requests finish and ends its workers itself.
KillMode=mixed

# What a unit of a user can have. Not MemoryDenyWriteExecute: V8 compiles while it runs.
UMask=0077
NoNewPrivileges=yes
LockPersonality=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM

[Install]
WantedBy=default.target
`;
}
