/** Says a line to whoever started the app from a terminal; nobody may be there. */
export function createSay(output: NodeJS.WriteStream): (line: string) => void {
  // The terminal may go before the app does.
  output.on('error', () => undefined);
  return (line) => void output.write(`berth: ${line}\n`);
}
