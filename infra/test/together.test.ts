import { together } from '../../services/common/test/together.ts';

await together(import.meta.url);
