import { Template } from 'aws-cdk-lib/assertions';
import type { BuiltImages } from '../lib/images.ts';
import { tristore } from '../lib/tristore.ts';
import { IMAGES, sampleStage } from './sample-stage.ts';

/** The stacks of a sample stage, and their templates, each made once and only when it is asked for. */
export function stacksOf(changes: Parameters<typeof sampleStage>[0] = {}, images: BuiltImages = IMAGES) {
  const stage = sampleStage(changes);
  const { network, data, services, gateway } = tristore({ stage, images });
  const made = new Map<string, Template>();
  const template = (name: string, stack: Parameters<typeof Template.fromStack>[0] | undefined) => {
    if (!stack) throw new Error(`this stage has no ${name}`);
    const known = made.get(name) ?? Template.fromStack(stack);
    made.set(name, known);
    return known;
  };
  return {
    stage,
    stacks: { network, data, services, gateway },
    services: () => template('services', services),
    gateway: () => template('gateway', gateway || undefined),
  };
}

/** The properties of every resource of a type, by logical name. */
export const propertiesOf = (template: Template, type: string): Record<string, Properties> =>
  Object.fromEntries(
    Object.entries(template.findResources(type)).map(([name, { Properties }]) => [name, Properties]),
  );

// biome-ignore lint/suspicious/noExplicitAny: a template's properties are what CloudFormation's schemas say
export type Properties = any;

/** Of the task definitions, the one whose container has this name. */
export const containerOf = (template: Template, name: string): Properties =>
  Object.values(propertiesOf(template, 'AWS::ECS::TaskDefinition')).find(
    ({ ContainerDefinitions: [container] }) => container.Name === name,
  ).ContainerDefinitions[0];

/** An attribute of a balancer or a target group. */
export const attribute = (attributes: { Key: string; Value: string }[], key: string): string | undefined =>
  attributes.find(({ Key }) => Key === key)?.Value;

/** Every rule by which something may call a group, inline or as a resource of its own. */
export function ingressOf(template: Template, isGroup: (logicalName: string) => boolean): Properties[] {
  const inline = Object.entries(propertiesOf(template, 'AWS::EC2::SecurityGroup'))
    .filter(([name]) => isGroup(name))
    .flatMap(([, { SecurityGroupIngress = [] }]) => SecurityGroupIngress);
  const own = Object.values(propertiesOf(template, 'AWS::EC2::SecurityGroupIngress')).filter(({ GroupId }) =>
    isGroup(GroupId['Fn::GetAtt'][0]),
  );
  return [...inline, ...own];
}
