import type { References } from './references.ts';

/** A statement that allows something, from whichever kind of policy. */
export interface AllowedStatement {
  /** Stack, logical id and type of what holds it. */
  where: string;
  type: string;
  actions: string[];
  resources: string[];
  conditioned: boolean;
}

const listOf = (value: unknown): unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

/** Policy documents at any depth of a resource's properties. */
function* documentsIn(value: unknown): Generator<{ Statement: unknown }> {
  if (typeof value !== 'object' || value === null) return;
  if ('Statement' in value) yield value as { Statement: unknown };
  else for (const inner of Object.values(value)) yield* documentsIn(inner);
}

/** Every statement of every policy of a stage with the effect Allow. */
export function allowedStatements(references: References): AllowedStatement[] {
  const found: AllowedStatement[] = [];
  for (const { stack, id, resource } of references.resources())
    for (const document of documentsIn(resource.Properties))
      for (const statement of listOf(document.Statement) as Record<string, unknown>[])
        if (statement['Effect'] === 'Allow')
          found.push({
            where: `${stack}/${id}`,
            type: resource.Type,
            actions: listOf(statement['Action']).map(String),
            resources: listOf(statement['Resource']).map((value) => references.text(stack, value)),
            conditioned: statement['Condition'] !== undefined,
          });
  return found;
}
