import { createLineFormat } from '../../core/accessLog/lineFormat.ts';
import type { NumberedRecord } from '../../shared/contract/traffic.ts';
import { BerthError } from '../../shared/errors.ts';
import { exitCodes } from '../../shared/exitCodes.ts';
import { parseFilter, pointAt } from '../../shared/filter/index.ts';
import type { AccessLogFormat } from '../../shared/model/accessLogFormat.ts';
import { endedAt } from '../../shared/model/trace.ts';
import type { Api, Context } from '../context.ts';
import type { Printer } from '../printer.ts';
import { createRecordLines } from '../render/record.ts';
import { counted } from '../render/units.ts';
import { lasting } from '../stream.ts';

/** For a person, or as the access log has it. */
export type LogFormat = 'pretty' | AccessLogFormat;

export interface LogsInput {
  /** Go on with what comes. */
  readonly follow: boolean;
  readonly filter: string;
  /** How many of the last requests; the usual number when left out. */
  readonly count: number | undefined;
  readonly format: LogFormat;
  /** Under each request, how it came to its answer. */
  readonly trace: boolean;
}

const usualCount = { once: 100, follow: 10 } as const;
/** Milliseconds between two lines about requests that were left out. */
const dropNoticeMs = 1000;
const captureIsOff = 'requests are not kept at present; berth capture on has them kept again';

/** `berth logs` */
export async function logs(input: LogsInput, context: Context): Promise<number> {
  const { client, output } = context;
  requireFilter(input.filter);
  const { traffic, instance } = await client();
  const shared = input.trace ? (await instance.status()).sharedSuffixes : [];
  const print = printerFor(input, shared, output);
  if (input.follow) return await follow(traffic, input, print, context);
  const limit = input.count ?? usualCount.once;
  const page = await traffic.recent({ filter: input.filter, limit });
  print(page.records.toSorted(byEnd));
  if (page.capture === false) output.warn(captureIsOff);
  else if (page.held === 0) output.say('No request has passed yet.');
  if (page.held > 0 && page.matched === 0) {
    output.say(`None of the last ${counted(page.held, 'request')} passes the filter.`);
  }
  return exitCodes.ok;
}

async function follow(
  traffic: Api['traffic'],
  { filter, count }: LogsInput,
  print: (records: readonly NumberedRecord[]) => void,
  { output, signal, now }: Context,
): Promise<number> {
  const batches = lasting((isFirst) => {
    const backlog = isFirst ? (count ?? usualCount.follow) : 0;
    return traffic.follow({ filter, backlog }, { signal });
  }, signal);
  let dropped = 0;
  let saidAt = Number.NEGATIVE_INFINITY;
  for await (const batch of batches) {
    if (batch.capture === false) output.warn(captureIsOff);
    if (batch.capture === true) output.say('Requests are kept again');
    print(batch.records.toSorted(byEnd));
    await output.drained();
    dropped += batch.dropped;
    if (dropped > 0 && now() - saidAt >= dropNoticeMs) {
      output.warn(`${counted(dropped, 'request')} left out: they came faster than they were read`);
      dropped = 0;
      saidAt = now();
    }
  }
  return exitCodes.ok;
}

/** They come in the order in which workers told them, which is that of their ends but for some 50 ms. */
const byEnd = (a: NumberedRecord, b: NumberedRecord): number =>
  endedAt(a) - endedAt(b) || a.id - b.id;

/** @throws BerthError BERTH_INPUT_INVALID that points at what is wrong */
function requireFilter(filter: string): void {
  const parsed = parseFilter(filter);
  if (parsed.ok) return;
  const picture = pointAt(filter, parsed.problem).replaceAll('\n', '\n  ');
  throw new BerthError('BERTH_INPUT_INVALID', `the filter\n  ${picture}`);
}

function printerFor(
  { format, trace }: LogsInput,
  shared: readonly string[],
  output: Printer,
): (records: readonly NumberedRecord[]) => void {
  if (output.json) {
    return (records) => {
      for (const record of records) output.record(record);
    };
  }
  if (format === 'pretty') {
    const lines = createRecordLines(output, { trace: trace ? { shared } : null });
    return (records) => output.lines(lines(records));
  }
  const { line } = createLineFormat(format);
  return (records) => output.lines(records.map((record) => line(record).trimEnd()));
}
