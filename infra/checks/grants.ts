import type { RecordedAction } from './recorded-action.ts';
import type { References } from './references.ts';

/** One action on one resource that a role may do. */
export interface Grant {
  action: string;
  resource: string;
  /** Patterns that a condition on `s3:prefix` names; undefined: any prefix. */
  prefixes: string[] | undefined;
}

interface Statement {
  Effect: 'Allow' | 'Deny';
  Action?: string | string[];
  Resource?: unknown;
  Condition?: Record<string, Record<string, unknown>>;
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);

function prefixesOf({ Condition: condition = {} }: Statement): string[] | undefined {
  const { StringLike, StringEquals } = condition;
  const prefixes = StringLike?.['s3:prefix'] ?? StringEquals?.['s3:prefix'];
  return prefixes === undefined ? undefined : listOf(prefixes).map(String);
}

/** All that a role's own policies allow, one action and resource each. @param role its logical id in `stack` */
export function grantsOf(references: References, stack: string, role: string): Grant[] {
  const statements: { stack: string; statement: Statement }[] = [];
  const self = references.text(stack, { Ref: role });
  for (const found of references.resources()) {
    const { Type: type, Properties: properties = {} } = found.resource;
    if (type === 'AWS::IAM::Role' && found.stack === stack && found.id === role)
      for (const { PolicyDocument } of properties['Policies'] ?? [])
        for (const statement of PolicyDocument.Statement) statements.push({ stack, statement });
    if (type !== 'AWS::IAM::Policy' && type !== 'AWS::IAM::ManagedPolicy') continue;
    const roles = listOf(properties['Roles'] ?? []).map((name) => references.text(found.stack, name));
    if (roles.includes(self))
      for (const statement of properties['PolicyDocument'].Statement)
        statements.push({ stack: found.stack, statement });
  }
  return statements
    .filter(({ statement }) => statement.Effect === 'Allow')
    .flatMap(({ stack, statement }) =>
      listOf(statement.Action).flatMap((action) =>
        listOf(statement.Resource).map((resource) => ({
          action: String(action),
          resource: references.text(stack, resource),
          prefixes: prefixesOf(statement),
        })),
      ),
    );
}

/** Whether IAM's pattern (`*`, `?`) takes a text. */
function takes(pattern: string, text: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`, 's').test(text);
}

/** Whether a grant allows what was recorded. @param arn of the recorded resource, as References writes it */
export function allows(grant: Grant, { action, prefix }: RecordedAction, arn: string): boolean {
  const listed = grant.prefixes?.some((pattern) => takes(pattern, prefix ?? '')) ?? true;
  return takes(grant.action, action) && takes(grant.resource, arn) && listed;
}
