import { isStageName } from '../stages/stage-names.ts';
import { dataTemplateOf, stageWith } from './data-template.ts';

// for tests that are typed without CDK: node … infra/test/print-data-template.ts STAGE
const [name = ''] = process.argv.slice(2);
if (!isStageName(name)) throw new Error(`no stage: ${name}`);
process.stdout.write(JSON.stringify(dataTemplateOf(await stageWith(name)).toJSON()));
