import type { Stage } from '../../stages/stage.ts';
import { dataTemplateOf } from '../data-template.ts';
import type { Template } from './emulator.ts';

interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
}

/** The data stack's template as LocalStack can take it: it makes up no name for a delivery stream, as AWS does. */
export function emulatedTemplate(stage: Stage): Template {
  const template = dataTemplateOf(stage).toJSON();
  for (const [id, { Type, Properties }] of Object.entries(template['Resources'] as Record<string, Resource>))
    if (Type === 'AWS::KinesisFirehose::DeliveryStream') Properties['DeliveryStreamName'] = id;
  return template;
}
