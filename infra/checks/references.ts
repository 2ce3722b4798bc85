/** A template as synthesised, as far as it is looked at here. */
export interface CfnTemplate {
  Resources?: Record<string, CfnResource>;
  Outputs?: Record<string, { Value: unknown; Export?: { Name: unknown } }>;
}

export interface CfnResource {
  Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: what CloudFormation's hundreds of resource types hold
  Properties?: Record<string, any>;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
  DependsOn?: string | string[];
  Condition?: string;
}

type Intrinsic = Record<string, unknown>;

/**
 * Writes CloudFormation's references as text, the same text for the same resource from whichever stack it is named:
 * `${stack.LogicalId}` for `Ref`, `${stack.LogicalId.Arn}` for `Fn::GetAtt`, and `${AWS::Region}` as it is.
 */
export class References {
  readonly #templates: ReadonlyMap<string, CfnTemplate>;
  readonly #exports = new Map<string, string>();

  constructor(templates: ReadonlyMap<string, CfnTemplate>) {
    this.#templates = templates;
    for (const [stack, { Outputs = {} }] of templates)
      for (const { Value, Export } of Object.values(Outputs))
        if (Export) this.#exports.set(this.text(stack, Export.Name), this.text(stack, Value));
  }

  /** @throws Error for an import that no stack exports, or a function that is not known here */
  text(stack: string, value: unknown): string {
    if (typeof value !== 'object' || value === null) return String(value);
    const [[name = '', input] = []] = Object.entries(value as Intrinsic);
    switch (name) {
      case 'Ref':
        return this.#reference(stack, String(input));
      case 'Fn::GetAtt': {
        const [id, ...attribute] = Array.isArray(input) ? input : String(input).split('.');
        return this.#reference(stack, [id, ...attribute].join('.'));
      }
      case 'Fn::Join': {
        const [separator, parts] = input as [string, unknown[]];
        return parts.map((part) => this.text(stack, part)).join(separator);
      }
      case 'Fn::Sub':
        return String(Array.isArray(input) ? input[0] : input).replaceAll(/\$\{([^}!]+)\}/g, (_, id) =>
          this.#reference(stack, id),
        );
      case 'Fn::ImportValue': {
        const found = this.#exports.get(this.text(stack, input));
        if (found === undefined) throw new Error(`${stack}: nothing exports ${JSON.stringify(input)}`);
        return found;
      }
      case 'Fn::Select':
      case 'Fn::Split':
        return JSON.stringify(value, (_, part: unknown) => part);
      default:
        throw new Error(`${stack}: ${name} is not known here`);
    }
  }

  /** The resources of all stacks, with where they are. */
  *resources(): Generator<{ stack: string; id: string; resource: CfnResource }> {
    for (const [stack, { Resources = {} }] of this.#templates)
      for (const [id, resource] of Object.entries(Resources)) yield { stack, id, resource };
  }

  #reference(stack: string, id: string): string {
    return id.startsWith('AWS::') ? `\${${id}}` : `\${${stack}.${id}}`;
  }
}
