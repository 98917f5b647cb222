import { Gauge, type MetricType, type Registry } from 'prom-client';

/** One line of a metric; `name` where it is not the metric's own. */
export interface Line {
  readonly labels?: Readonly<Record<string, string | number>>;
  readonly value: number;
  readonly name?: string;
}

export interface Description {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** Called at each scrape. */
  readonly read: () => Iterable<Line>;
}

/**
 * Registers a metric whose lines are made when it is scraped. Counting with prom-client itself costs a microsecond or
 * more a record, as it makes a text of all labels each time; whatever its type, a metric is only its lines to it.
 */
export function register(registry: Registry, description: Description): void {
  new CollectedMetric(registry, description);
}

class CollectedMetric extends Gauge {
  readonly #description: Description;

  constructor(registry: Registry, description: Description) {
    super({ name: description.name, help: description.help, registers: [registry] });
    this.#description = description;
  }

  override async get() {
    const { type, read } = this.#description;
    const values = [...read()].map(({ labels = {}, value, name }) =>
      name === undefined
        ? { labels: { ...labels }, value }
        : { labels: { ...labels }, value, metricName: name },
    );
    // The declared enum has numbers; prom-client itself has these words.
    return { ...(await super.get()), type: type as unknown as MetricType, values };
  }
}
