import { limits } from '../../shared/limits.ts';

/** In which form Berth answers with something of its own. */
export type Form = 'html' | 'json' | 'text';

/** Ours for a media range; a wildcard gives the simplest form that it covers. */
const forms: ReadonlyMap<string, Form> = new Map([
  ['text/html', 'html'],
  ['application/xhtml+xml', 'html'],
  ['application/json', 'json'],
  ['text/plain', 'text'],
  ['text/*', 'text'],
  ['application/*', 'json'],
  ['*/*', 'text'],
]);

/**
 * Chooses by the Accept field (RFC 9110 section 12.5.1). HTML only goes to a client that names it, as every browser
 * does: a client that takes anything is a tool or a program. Among equal weights a named type goes before a wildcard,
 * then HTML before JSON before text. When nothing fits, text does: an error in the wrong form is better than none.
 */
export function chooseForm(accept: string | undefined): Form {
  if (accept === undefined || accept === '') return 'text';
  let best: Offer | null = null;
  /** Types that are refused by name stay refused, whatever a wildcard says. */
  const refused = new Set<Form>();
  const offers: Offer[] = [];
  for (const range of accept.split(',', limits.maxAcceptRanges)) {
    const [type = '', ...parameters] = range.split(';');
    const name = type.trim().toLowerCase();
    const form = name.endsWith('+json') ? 'json' : forms.get(name);
    if (form === undefined) continue;
    const weight = weightOf(parameters);
    const named = !name.endsWith('*');
    if (weight > 0) offers.push({ form, weight, named });
    else if (named) refused.add(form);
  }
  for (const offer of offers) {
    if (!offer.named && refused.has(offer.form)) continue;
    if (best === null || isBetter(offer, best)) best = offer;
  }
  return best?.form ?? 'text';
}

interface Offer {
  readonly form: Form;
  readonly weight: number;
  readonly named: boolean;
}

const rank: Readonly<Record<Form, number>> = { html: 2, json: 1, text: 0 };

function isBetter(a: Offer, b: Offer): boolean {
  if (a.weight !== b.weight) return a.weight > b.weight;
  if (a.named !== b.named) return a.named;
  return rank[a.form] > rank[b.form];
}

/** The `q` among parameters, 1 without one, 0 when it is not a weight. */
function weightOf(parameters: readonly string[]): number {
  for (const parameter of parameters) {
    const value = /^\s*q\s*=\s*(.*?)\s*$/i.exec(parameter)?.[1];
    if (value !== undefined)
      return /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(value) ? Number(value) : 0;
  }
  return 1;
}
