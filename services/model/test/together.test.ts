import { together } from '../../common/test/together.ts';

await together(import.meta.url);
