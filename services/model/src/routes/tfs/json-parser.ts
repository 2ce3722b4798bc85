/** How deep lists and objects may lie in one another; no tensor needs more. */
const MAX_DEPTH = 64;

/** A number that was written with a point or an exponent, although it is whole: no integer for TensorFlow Serving. */
export class Decimal {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

const TOKEN = /[\t\n\r ]*(?:([{}[\]:,])|(")|(-?\d[\d.eE+-]*)|(true|false|null|NaN|-?Infinity|-?Inf)(?!\w))/y;

const WORDS: Record<string, unknown> = {
  true: true,
  false: false,
  null: null,
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
  Inf: Number.POSITIVE_INFINITY,
  '-Inf': Number.NEGATIVE_INFINITY,
};

/** The place behind the quote that ends the string which begins at `start`; -1 where none does. */
function endOfString(text: string, start: number): number {
  let end = start;
  for (;;) {
    end = text.indexOf('"', end + 1);
    if (end < 0) return -1;
    let backslashes = 0;
    while (text[end - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return end + 1;
  }
}

/**
 * JSON as TensorFlow Serving reads it (RapidJSON with kParseNanAndInfFlag): `NaN`, `Infinity`, `Inf` and their
 * negatives are numbers. Several times slower than `JSON.parse`, so it is for bodies that need it.
 * @param options `decimals`: a whole number with a point or an exponent is told apart as `Decimal`
 * @throws SyntaxError
 */
export function parseServingJson(text: string, { decimals = false } = {}): unknown {
  let at = 0;
  let punctuation: string | undefined;
  let value: unknown;

  const fault = () =>
    new SyntaxError(at < text.length ? `Unexpected token at position ${at}` : 'Unexpected end of JSON input');
  function next(): void {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (!match) throw fault();
    const [, mark, quote, number, word] = match;
    at = TOKEN.lastIndex;
    punctuation = mark;
    if (quote) {
      const start = at - 1;
      at = endOfString(text, start);
      if (at < 0) throw new SyntaxError(`Unterminated string at position ${start}`);
      value = JSON.parse(text.slice(start, at));
    } else if (number) {
      const parsed = JSON.parse(number) as number;
      if (!Number.isFinite(parsed)) throw new SyntaxError(`${number} is too big for a number`);
      value = decimals && Number.isInteger(parsed) && /[.eE]/.test(number) ? new Decimal(parsed) : parsed;
    } else if (word) value = WORDS[word];
  }
  function list(depth: number): unknown[] {
    const items: unknown[] = [];
    next();
    if (punctuation === ']') return items;
    for (;;) {
      items.push(item(depth));
      next();
      if (punctuation === ']') return items;
      if (punctuation !== ',') throw fault();
      next();
    }
  }
  function expect(mark: string): void {
    next();
    if (punctuation !== mark) throw fault();
  }
  function object(depth: number): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    next();
    if (punctuation === '}') return {};
    for (;;) {
      if (punctuation || typeof value !== 'string') throw fault();
      const key = value;
      expect(':');
      next();
      entries.push([key, item(depth)]);
      next();
      // __proto__ becomes a property like any other, as with JSON.parse
      if (punctuation === '}') return Object.fromEntries(entries);
      if (punctuation !== ',') throw fault();
      next();
    }
  }
  /** The value that begins with the token just read. */
  function item(depth: number): unknown {
    if (depth > MAX_DEPTH) throw new SyntaxError(`nested deeper than ${MAX_DEPTH} levels`);
    if (punctuation === '[') return list(depth + 1);
    if (punctuation === '{') return object(depth + 1);
    if (punctuation) throw fault();
    return value;
  }

  next();
  const whole = item(0);
  if (/[^\t\n\r ]/.test(text.slice(at))) throw fault();
  return whole;
}

/** The value with numbers in the place of `Decimal`s. */
export function withoutDecimals(value: unknown): unknown {
  if (value instanceof Decimal) return value.value;
  return Array.isArray(value) ? value.map(withoutDecimals) : value;
}
