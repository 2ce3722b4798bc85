import { defineDelivery, NOBODYS } from './delivery-settings.ts';

/** One account for all stages. Set `repository` to yours before you deploy it. */
export default defineDelivery({
  region: 'eu-central-1',
  repository: NOBODYS,
  stages: ['sand', 'dev', 'prd'],
});
