// Prints the digest of what was pushed, out of the file that `docker buildx build --metadata-file` wrote.
import { readFileSync } from 'node:fs';

const [file] = process.argv.slice(2);
const { 'containerimage.digest': digest } = JSON.parse(readFileSync(file, 'utf8'));
if (!/^sha256:[0-9a-f]{64}$/.test(digest)) {
  process.stderr.write(`${file} holds no digest: was the image pushed?\n`);
  process.exit(1);
}
process.stdout.write(`${digest}\n`);
