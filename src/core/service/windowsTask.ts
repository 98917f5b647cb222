import { BerthError } from '../../shared/errors.ts';
import { argvOf, description, type ServiceSpec, writeMark } from './spec.ts';
import { xmlText } from './xml.ts';

/**
 * A word as CommandLineToArgvW reads it: in quotes, with the backslashes before a quote doubled.
 */
const word = (text: string): string =>
  /^[^\s"]+$/.test(text)
    ? text
    : `"${text.replace(/(\\*)("|$)/g, '$1$1$2').replaceAll('"', '\\"')}"`;

/**
 * What a task runs. A task has no environment of its own: with BERTH_HOME it runs a shell that sets it.
 *
 * @throws BerthError BERTH_INPUT_INVALID for a path that the shell would not leave alone
 */
export function taskAction(spec: ServiceSpec): {
  readonly command: string;
  readonly arguments: string;
} {
  const [node = '', ...rest] = argvOf(spec);
  if (spec.home === null) return { command: node, arguments: rest.map(word).join(' ') };
  for (const text of [spec.home, ...argvOf(spec)]) {
    if (/[%"!^&|<>]/.test(text)) {
      throw new BerthError(
        'BERTH_INPUT_INVALID',
        `a path has one of % " ! ^ & | < > in it, which cannot stand beside BERTH_HOME: ${text}`,
      );
    }
  }
  const line = argvOf(spec)
    .map((one) => `"${one}"`)
    .join(' ');
  return { command: 'cmd.exe', arguments: `/d /s /c "set "BERTH_HOME=${spec.home}"&& ${line}"` };
}

/**
 * A task that starts with the user's session, as Task Scheduler takes it.
 *
 * @param user as `DOMAIN\name`: a task for whoever logs on would need an administrator
 */
export function windowsTask(spec: ServiceSpec, user: string): string {
  const action = taskAction(spec);
  return `<?xml version="1.0" encoding="UTF-16"?>
<!-- Made by "berth service install", which makes it anew. -->
<!-- ${writeMark(spec)} -->
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>${xmlText(description)}</Description>
  </RegistrationInfo>
  <Triggers>
    <LogonTrigger>
      <Enabled>true</Enabled>
      <UserId>${xmlText(user)}</UserId>
    </LogonTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <UserId>${xmlText(user)}</UserId>
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <RestartOnFailure>
      <Interval>PT1M</Interval>
      <Count>999</Count>
    </RestartOnFailure>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>${xmlText(action.command)}</Command>
      <Arguments>${xmlText(action.arguments)}</Arguments>
      <WorkingDirectory>${xmlText(spec.directory)}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
`;
}
