import { Presets, SingleBar } from 'cli-progress';
import type { EpochReport } from './train/train-tower.ts';

export interface Progress {
  epoch(report: EpochReport): void;
  stop(): void;
}

/** A bar on a terminal; elsewhere a line per epoch. */
export function showProgress(epochs: number, output: NodeJS.WriteStream = process.stderr): Progress {
  if (!output.isTTY) {
    return {
      epoch: ({ epoch, validationLogLoss, best }) => {
        output.write(
          `epoch ${epoch}  validation log-loss ${validationLogLoss.toFixed(5)}${best ? '  *' : ''}\n`,
        );
      },
      stop: () => {},
    };
  }
  const bar = new SingleBar(
    {
      format: 'training {bar} epoch {value}/{total}  validation log-loss {loss} (best {best})',
      stream: output,
      hideCursor: true,
    },
    Presets.shades_classic,
  );
  bar.start(epochs, 0, { loss: '-', best: '-' });
  let lowest = '-';
  return {
    epoch: ({ epoch, validationLogLoss, best }) => {
      const loss = validationLogLoss.toFixed(5);
      if (best) lowest = loss;
      bar.update(epoch, { loss, best: lowest });
    },
    stop: () => bar.stop(),
  };
}
