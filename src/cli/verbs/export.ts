import { extname, resolve } from 'node:path';
import { writeWhole } from '../../core/system/writeWhole.ts';
import { type DocumentFormat, formatDocument } from '../../core/transfer/index.ts';
import { exitCodes } from '../../shared/exitCodes.ts';
import type { Context } from '../context.ts';
import { counted } from '../render/units.ts';

export interface ExportInput {
  /** Null: by the name of the file, else YAML. */
  readonly format: DocumentFormat | null;
  /** Null: standard output. */
  readonly file: string | null;
}

/** `berth export` */
export async function exportHosts(input: ExportInput, context: Context): Promise<number> {
  const { client, output, signal, world } = context;
  const api = await client();
  const hosts = await api.hosts.list(undefined, { signal });
  const { hosts: total } = await api.instance.status(undefined, { signal });
  const { text, frontends, warnings } = formatDocument(hosts, formatFor(input, output.json));
  for (const warning of warnings) output.warn(warning);
  if (total > hosts.length) {
    const left = counted(total - hosts.length, 'host');
    output.warn(
      `${left} beyond what an instance lists ${total - hosts.length === 1 ? 'is' : 'are'} not in it`,
    );
  }
  if (input.file === null) {
    output.draw(text);
    await output.drained();
    return exitCodes.ok;
  }
  const path = resolve(world.cwd, input.file);
  await writeWhole(path, text);
  output.say(`Wrote ${counted(frontends, 'host')} to ${path}`);
  return exitCodes.ok;
}

function formatFor({ format, file }: ExportInput, asJson: boolean): DocumentFormat {
  if (format !== null) return format;
  return asJson || (file !== null && extname(file) === '.json') ? 'json' : 'yaml';
}
