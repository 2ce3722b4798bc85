import { PassThrough } from 'node:stream';
import t from 'tap';
import { showProgress } from '../src/progress.ts';

/** A stream that remembers what was written, as a terminal or not. */
function screen(isTTY: boolean) {
  let text = '';
  const stream = Object.assign(new PassThrough(), {
    isTTY,
    columns: 120,
    cursorTo: () => true,
    clearLine: () => true,
    moveCursor: () => true,
  });
  stream.on('data', (chunk) => {
    text += chunk;
  });
  return { stream: stream as unknown as NodeJS.WriteStream, text: () => text };
}

t.test('a line per epoch where there is no terminal', async (t) => {
  const { stream, text } = screen(false);
  const progress = showProgress(9, stream);
  progress.epoch({ epoch: 1, validationLogLoss: 0.5, best: true });
  progress.epoch({ epoch: 2, validationLogLoss: 0.6, best: false });
  progress.stop();
  t.equal(text(), 'epoch 1  validation log-loss 0.50000  *\nepoch 2  validation log-loss 0.60000\n');
});

t.test('a bar on a terminal', async (t) => {
  const { stream, text } = screen(true);
  const progress = showProgress(9, stream);
  progress.epoch({ epoch: 1, validationLogLoss: 0.5, best: true });
  progress.epoch({ epoch: 2, validationLogLoss: 0.6, best: false });
  progress.stop();
  t.match(text(), 'epoch 2/9  validation log-loss 0.60000 (best 0.50000)');
});
