import { Presets, SingleBar } from 'cli-progress';
import type { Draining } from './spool-place.ts';

export interface Progress {
  update(part: Draining): void;
  stop(): void;
}

/** A bar for each part on a terminal, elsewhere a line. */
export function showProgress(output: NodeJS.WritableStream & { isTTY?: boolean }): Progress {
  let bar: SingleBar | undefined;
  let shown: Draining | undefined;
  let total = 0;
  const stop = () => bar?.stop();
  return {
    stop,
    update(part) {
      if (part !== shown) {
        stop();
        shown = part;
        total = part.left();
        if (!output.isTTY) output.write(`${part.name}: ${total} bytes\n`);
        else {
          const format = `${part.name} {bar} {value}/{total} bytes`;
          bar = new SingleBar({ format, stream: output, hideCursor: true }, Presets.shades_classic);
          bar.start(total, 0);
        }
      }
      bar?.update(Math.max(0, total - part.left()));
    },
  };
}
