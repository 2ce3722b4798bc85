import { type Answer, type Asked, account, xml, xmlError } from './wire.ts';

export interface FakeStack {
  protected?: boolean;
  /** Buckets, and the keys and versions in each. */
  buckets?: Record<string, { key: string; version: string; marker?: true }[]>;
  /** Records that Firehose still has, which come when its stack is first deleted. */
  late?: { bucket: string; key: string; version: string };
  outputs?: Record<string, string>;
}

const member = (content: string) => `<member>${content}</member>`;

/** CloudFormation and S3 as far as a removal goes: a stack is deleted when its buckets are empty, else it fails. */
export function fakeAws(stacks: Record<string, FakeStack>) {
  const there = new Map(Object.entries(stacks));
  const failed = new Map<string, string>();
  /** What was done, in order. */
  const done: string[] = [];

  const describe = (name: string): Answer => {
    const stack = there.get(name);
    if (!stack && !done.includes(`deleted ${name}`))
      return xmlError('ValidationError', `Stack with id ${name} does not exist`);
    const status = !stack ? 'DELETE_COMPLETE' : failed.has(name) ? 'DELETE_FAILED' : 'UPDATE_COMPLETE';
    const outputs = Object.entries(stack?.outputs ?? {}).map(([key, value]) =>
      member(`<OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue>`),
    );
    return xml(
      'DescribeStacks',
      `<Stacks>${member(
        `<StackName>${name}</StackName><StackId>${name}</StackId><StackStatus>${status}</StackStatus><CreationTime>2026-11-01T00:00:00Z</CreationTime><EnableTerminationProtection>${Boolean(stack?.protected)}</EnableTerminationProtection><Outputs>${outputs.join('')}</Outputs>`,
      )}</Stacks>`,
    );
  };
  const remove = (name: string): Answer => {
    const stack = there.get(name);
    if (stack?.protected) return xmlError('ValidationError', `Stack [${name}] cannot be deleted`);
    if (stack?.late) {
      const { bucket, ...object } = stack.late;
      stack.buckets?.[bucket]?.push(object);
      delete stack.late;
    }
    const full = Object.entries(stack?.buckets ?? {}).find(([, objects]) => objects.length);
    if (full) failed.set(name, `${full[0]}: The bucket you tried to delete is not empty`);
    else {
      failed.delete(name);
      there.delete(name);
      done.push(`deleted ${name}`);
    }
    return xml('DeleteStack', '');
  };
  const s3 = ({ request, body }: Asked): Answer => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
    const bucket = pathname.split('/')[1] ?? '';
    const objects = [...there.values()].find(({ buckets }) => buckets?.[bucket])?.buckets?.[bucket] ?? [];
    if (searchParams.has('delete')) {
      for (const [, key = '', version = ''] of body.matchAll(
        /<Key>(.*?)<\/Key><VersionId>(.*?)<\/VersionId>/g,
      )) {
        const at = objects.findIndex((object) => object.key === key && object.version === version);
        if (at >= 0) objects.splice(at, 1);
        done.push(`emptied ${bucket}/${key}@${version}`);
      }
      return { body: '<DeleteResult/>' };
    }
    // one a page, so that pages are gone through
    const after = searchParams.get('version-id-marker');
    const at = after ? objects.findIndex(({ version }) => version > after) : 0;
    const object = objects[at];
    const more = at >= 0 && at < objects.length - 1;
    const entry = object && `<Key>${object.key}</Key><VersionId>${object.version}</VersionId>`;
    const tag = object?.marker ? 'DeleteMarker' : 'Version';
    return {
      body: `<ListVersionsResult><Name>${bucket}</Name><IsTruncated>${more}</IsTruncated>${
        more
          ? `<NextKeyMarker>${object?.key}</NextKeyMarker><NextVersionIdMarker>${object?.version}</NextVersionIdMarker>`
          : ''
      }${entry ? `<${tag}>${entry}</${tag}>` : ''}</ListVersionsResult>`,
    };
  };
  const answer = (asked: Asked): Answer => {
    const name = asked.form.get('StackName') ?? '';
    switch (asked.operation) {
      case 'DescribeStacks':
        return describe(name);
      case 'ListStackResources':
        return xml(
          'ListStackResources',
          `<StackResourceSummaries>${Object.keys(there.get(name)?.buckets ?? {})
            .map((bucket) =>
              member(
                `<LogicalResourceId>${bucket}</LogicalResourceId><ResourceType>AWS::S3::Bucket</ResourceType><PhysicalResourceId>${bucket}</PhysicalResourceId><ResourceStatus>CREATE_COMPLETE</ResourceStatus>`,
              ),
            )
            .join('')}</StackResourceSummaries>`,
        );
      case 'DescribeStackEvents':
        return xml(
          'DescribeStackEvents',
          `<StackEvents>${member(
            `<StackId>${name}</StackId><EventId>1</EventId><StackName>${name}</StackName><Timestamp>2026-11-01T00:00:00Z</Timestamp><LogicalResourceId>Bucket</LogicalResourceId><ResourceStatus>DELETE_FAILED</ResourceStatus><ResourceStatusReason>${failed.get(name)}</ResourceStatusReason>`,
          )}</StackEvents>`,
        );
      case 'UpdateTerminationProtection': {
        const stack = there.get(name);
        if (stack) stack.protected = asked.form.get('EnableTerminationProtection') === 'true';
        done.push(`unprotected ${name}`);
        return xml('UpdateTerminationProtection', `<StackId>${name}</StackId>`);
      }
      case 'DeleteStack':
        return remove(name);
      case 'GetCallerIdentity':
        return account()(asked);
      default:
        return s3(asked);
    }
  };
  return { answer, done, there };
}
