import { Presets, SingleBar } from 'cli-progress';

/** How far a piece of work came. */
export interface Progress {
  at(done: number): void;
  stop(): void;
}

/**
 * Shows progress.
 * @param verb what is done with the rows: `wrote`
 * @param total undefined where it is not known
 * @param from rows that were done before, which say nothing about the speed
 */
export type ShowProgress = (verb: string, total?: number, from?: number) => Progress;

/** What progress is shown on, such as stderr. */
export interface Output {
  isTTY?: boolean;
  write(text: string): unknown;
}

const EVERY_MS = { terminal: 100, lines: 5_000 };

const inWords = (seconds: number): string => {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5_400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3_600).toFixed(1)} h`;
};

/** On a terminal a bar, or one line that counts up; elsewhere a line every five seconds. */
export function progressOn(output: Output, now: () => number = () => performance.now()): ShowProgress {
  return (verb, total, from = 0) => {
    const startedAt = now();
    let shownAt = startedAt;
    const text = (done: number) => {
      const rate = ((done - from) * 1000) / Math.max(now() - startedAt, 1);
      // a table's count may be hours old
      const known = total !== undefined && total >= done;
      const left = known && rate ? `, ${inWords((total - done) / rate)} left` : '';
      const of = known ? ` of ${total}` : '';
      return `${verb} ${done}${of} rows, ${Math.round(rate)} rows/s${left}`;
    };
    const bar = output.isTTY && total !== undefined ? startBar(output, total, from) : undefined;
    const show = (done: number) => {
      if (bar) bar.update(done, { text: text(done) });
      else output.write(output.isTTY ? `\r\x1b[K${text(done)}` : `${text(done)}\n`);
    };
    return {
      at(done) {
        if (now() - shownAt < (output.isTTY ? EVERY_MS.terminal : EVERY_MS.lines)) return;
        shownAt = now();
        show(done);
      },
      stop() {
        bar?.stop();
        if (output.isTTY && !bar) output.write('\r\x1b[K');
      },
    };
  };
}

function startBar(output: Output, total: number, from: number): SingleBar {
  // what says that it is a terminal has a terminal's size and cursor
  const stream = output as NodeJS.WriteStream;
  const bar = new SingleBar(
    { format: '{bar} {percentage}%  {text}', stream, clearOnComplete: true },
    Presets.shades_classic,
  );
  bar.start(total, from, { text: '' });
  return bar;
}
