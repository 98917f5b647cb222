import { argvOf, type ServiceSpec, serviceNames, writeMark } from './spec.ts';
import { xmlText } from './xml.ts';

/**
 * A LaunchAgent.
 *
 * @param log absolute path of a file for what it says: launchd keeps none itself
 */
export function launchdPlist(spec: ServiceSpec, log: string): string {
  const string = (text: string): string => `<string>${xmlText(text)}</string>`;
  const environment =
    spec.home === null
      ? ''
      : `  <key>EnvironmentVariables</key>
  <dict>
    <key>BERTH_HOME</key>
    ${string(spec.home)}
  </dict>
`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<!-- Made by "berth service install", which makes it anew. -->
<!-- ${writeMark(spec)} -->
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  ${string(serviceNames.launchd)}
  <key>ProgramArguments</key>
  <array>
${argvOf(spec)
  .map((word) => `    ${string(word)}`)
  .join('\n')}
  </array>
  <key>WorkingDirectory</key>
  ${string(spec.directory)}
${environment}  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
  <key>ThrottleInterval</key>
  <integer>5</integer>
  <key>ExitTimeOut</key>
  <integer>60</integer>
  <key>Umask</key>
  <integer>63</integer>
  <key>StandardErrorPath</key>
  ${string(log)}
</dict>
</plist>
`;
}
