/** What a log tool reads from a line: the combined format, plus Hipache's three fields behind it. */
const line =
  /^(?<client>\S+) - - \[(?<date>\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000)\] "(?<method>\S+) (?<target>\S+) HTTP\/(?<version>\S+)" (?<status>\d+) (?<bytes>\d+) "(?<referer>[^"]*)" "(?<userAgent>[^"]*)" "(?<identifier>[^"]*)" (?<total>\d+\.\d{3}) (?<backend>\d+\.\d{3})$/;

/** The fields of one access log line without its newline; null when it is not one. */
export function parseAccessLine(text: string): Readonly<Record<string, string>> | null {
  return line.exec(text)?.groups ?? null;
}

/** The bytes that an escaped field stands for, one character a byte. */
export function unescapeField(field: string): string {
  return field.replace(/\\x([0-9A-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
