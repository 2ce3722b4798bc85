import type { IncomingHttpHeaders } from 'node:http';

/** An IAM action as a process needed it, seen on the wire. */
export interface RecordedAction {
  /** The access key id that signed the request: in a recording each process has its own. */
  who: string;
  /** As IAM names it: `dynamodb:GetItem`. */
  action: string;
  /** `table/NAME`, `stream/NAME`, `bucket/NAME`, `object/BUCKET/KEY`, or `workgroup/NAME`. */
  resource: string;
  /** What a list of a bucket asked for, which a policy may limit. */
  prefix?: string;
}

export interface WireRequest {
  method: string;
  /** Path and query, as sent. */
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

const TARGETS: Record<string, string> = {
  DynamoDB_20120810: 'dynamodb',
  Firehose_20150804: 'firehose',
  AmazonAthena: 'athena',
};

/** @throws Error for a request that is not signed */
function signerOf({ authorization = '' }: IncomingHttpHeaders): string {
  const who = /Credential=([^/]+)\//.exec(authorization)?.[1];
  if (!who) throw new Error('a request without a signature');
  return who;
}

type JsonInput = Partial<Record<'TableName' | 'DeliveryStreamName' | 'WorkGroup', string>> & {
  RequestItems?: Record<string, unknown>;
};

/** What a request of the JSON protocols is about; Athena's questions about a query name no workgroup. */
function jsonResources(input: JsonInput): string[] {
  if (input.TableName) return [`table/${input.TableName}`];
  if (input.RequestItems) return Object.keys(input.RequestItems).map((name) => `table/${name}`);
  if (input.DeliveryStreamName) return [`stream/${input.DeliveryStreamName}`];
  return [`workgroup/${input.WorkGroup ?? ''}`];
}

const OBJECT_ACTIONS: Record<string, string> = {
  GET: 's3:GetObject',
  HEAD: 's3:GetObject',
  PUT: 's3:PutObject',
  DELETE: 's3:DeleteObject',
};

/** @throws Error for a call that IAM's name is not known of here */
function s3Action({ method, url }: WireRequest): Omit<RecordedAction, 'who'> {
  const { pathname, searchParams } = new URL(url, 'http://s3');
  const [bucket = '', ...rest] = pathname.slice(1).split('/').map(decodeURIComponent);
  const key = rest.join('/');
  const subresource = ['uploads', 'uploadId', 'delete', 'tagging', 'acl'].find((name) =>
    searchParams.has(name),
  );
  if (!key && method === 'GET' && searchParams.get('list-type') === '2')
    return {
      action: 's3:ListBucket',
      resource: `bucket/${bucket}`,
      prefix: searchParams.get('prefix') ?? '',
    };
  const action = OBJECT_ACTIONS[method];
  if (!key || !action || subresource) throw new Error(`${method} ${url} has no name here`);
  return { action, resource: `object/${bucket}/${key}` };
}

/**
 * The IAM actions that AWS would look for before it answers a request.
 * @throws Error for a request that is not signed, or whose action is not known here: add it to what is told apart
 */
export function actionsOf(request: WireRequest): RecordedAction[] {
  const who = signerOf(request.headers);
  const target = request.headers['x-amz-target'];
  if (target === undefined) return [{ who, ...s3Action(request) }];
  const [version = '', operation] = String(target).split('.');
  const service = TARGETS[version];
  if (!service) throw new Error(`${String(target)} has no name here`);
  const action = `${service}:${operation}`;
  return jsonResources(JSON.parse(request.body) as JsonInput).map((resource) => ({ who, action, resource }));
}
