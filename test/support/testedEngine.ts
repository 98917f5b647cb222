import { type EngineName, engineNames } from '../../src/shared/model/settings.ts';

/** The engine that conformance and fault tests run against: `BERTH_ENGINE`, or the default. */
export const testedEngine: EngineName =
  engineNames.find((name) => name === process.env['BERTH_ENGINE']) ?? 'splice';

/** Whether clients of `Harness.port` reach it over HTTP/2: `BERTH_CLIENTS=http2`. */
export const clientsSpeakHttp2 = process.env['BERTH_CLIENTS'] === 'http2';
