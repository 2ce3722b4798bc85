import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import type { Test } from 'tap';
import { freePort } from '../../../services/common/test/free-port.ts';

const run = promisify(execFile);
const IMAGE = process.env['AWS_EMULATOR_IMAGE'] ?? 'localstack/localstack:4.14.0';
const START_SECONDS = 120;
const DEPLOY_SECONDS = 180;

export type Template = Record<string, unknown>;

/** Why there is no emulator to test on, or false. */
export async function skipWithoutEmulator(): Promise<string | false> {
  if (!process.env['CONTAINER_TESTS'])
    return 'CONTAINER_TESTS=1 runs it: it deploys into an AWS emulator in Docker';
  const there = await run('docker', ['image', 'inspect', IMAGE], { timeout: 30_000 }).then(
    () => true,
    () => false,
  );
  return there ? false : `needs Docker with the image ${IMAGE}`;
}

export interface EmulatorOptions {
  region: string;
  services: readonly string[];
  environment?: Record<string, string>;
  /** Folders of this machine, by where they are mounted. */
  volumes?: Record<string, string>;
}

/** An AWS emulator in a container of its own, and stacks in it. */
export class Emulator {
  readonly endpoint: string;
  readonly region: string;
  readonly cloudFormation: CloudFormationClient;

  private constructor(port: number, region: string) {
    this.endpoint = `http://127.0.0.1:${port}`;
    this.region = region;
    this.cloudFormation = new CloudFormationClient(this.client);
  }

  /** Settings of an SDK client that talks to it. */
  get client() {
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    return { endpoint: this.endpoint, region: this.region, credentials };
  }

  static async start(
    t: Test,
    { region, services, environment, volumes }: EmulatorOptions,
  ): Promise<Emulator> {
    const port = await freePort();
    const variables = { SERVICES: services.join(','), DISABLE_EVENTS: '1', LS_LOG: 'error', ...environment };
    const { stdout } = await run('docker', [
      ...['run', '--detach', '--publish', `127.0.0.1:${port}:4566`],
      ...Object.entries(variables).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
      ...Object.entries(volumes ?? {}).flatMap(([to, from]) => ['--volume', `${from}:${to}`]),
      IMAGE,
    ]);
    const container = stdout.trim();
    t.teardown(() => run('docker', ['rm', '--force', '--volumes', container]));
    const emulator = new Emulator(port, region);
    await emulator.#ready(container);
    return emulator;
  }

  async #ready(container: string): Promise<void> {
    for (const deadline = Date.now() + START_SECONDS * 1000; Date.now() < deadline; await sleep(500)) {
      // Docker's proxy takes a connection before anything listens, and what becomes of that Node 20 never tells
      const asked = fetch(`${this.endpoint}/_localstack/health`).catch(() => undefined);
      const answer = await Promise.race([asked, sleep(2_000, undefined)]);
      if (answer?.ok) return;
    }
    const { stdout, stderr } = await run('docker', ['logs', '--tail', '40', container]);
    throw new Error(`the emulator does not answer:\n${stdout}${stderr}`);
  }

  /** Makes a stack by CloudFormation, and waits for it. @returns its outputs @throws Error with what failed */
  async deploy(name: string, template: Template): Promise<Record<string, string>> {
    await this.cloudFormation.send(
      new CreateStackCommand({
        StackName: name,
        TemplateBody: JSON.stringify(template),
        Capabilities: ['CAPABILITY_NAMED_IAM'],
      }),
    );
    const stack = await this.#settled(name);
    if (stack?.StackStatus !== 'CREATE_COMPLETE') throw new Error(`${name}: ${await this.#whatFailed(name)}`);
    return Object.fromEntries(
      (stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
    );
  }

  /** Removes a stack, and waits until it is gone. @throws Error with what could not be removed */
  async remove(name: string): Promise<void> {
    await this.cloudFormation.send(new DeleteStackCommand({ StackName: name }));
    const stack = await this.#settled(name);
    if (stack && stack.StackStatus !== 'DELETE_COMPLETE')
      throw new Error(`${name}: ${await this.#whatFailed(name)}`);
  }

  async #settled(name: string): Promise<Stack | undefined> {
    for (const deadline = Date.now() + DEPLOY_SECONDS * 1000; Date.now() < deadline; await sleep(300)) {
      const answer = await this.cloudFormation
        .send(new DescribeStacksCommand({ StackName: name }))
        .catch((error: Error) => {
          if (error.message.includes('does not exist')) return undefined;
          throw error;
        });
      const stack = answer?.Stacks?.[0];
      if (!stack?.StackStatus?.endsWith('_IN_PROGRESS')) return stack;
    }
    throw new Error(`${name}: takes more than ${DEPLOY_SECONDS} s`);
  }

  async #whatFailed(name: string): Promise<string> {
    const { StackEvents = [] } = await this.cloudFormation.send(
      new DescribeStackEventsCommand({ StackName: name }),
    );
    return StackEvents.filter(({ ResourceStatus }) => ResourceStatus?.endsWith('FAILED'))
      .map(({ LogicalResourceId, ResourceStatusReason }) => `${LogicalResourceId}: ${ResourceStatusReason}`)
      .join('\n');
  }
}

/** A template that needs no bootstrapped account: without CDK's check that there is one. */
export function withoutBootstrap(template: Template): Template {
  const { Rules: _rules, Parameters = {}, ...rest } = structuredClone(template);
  const { BootstrapVersion: _version, ...parameters } = Parameters as Record<string, unknown>;
  return { ...rest, ...(Object.keys(parameters).length > 0 && { Parameters: parameters }) };
}

/** Names that a template imports from other stacks. */
export function importsOf(template: Template): string[] {
  const found = JSON.stringify(template).matchAll(/"Fn::ImportValue":"([^"]+)"/g);
  return [...new Set([...found].map(([, name = '']) => name))];
}
