import { ssm } from './builder/aws-kinds.ts';
import type { CapabilityScope } from './builder/capability.ts';
import type { CompositeSchema } from './builder/composite-schema.ts';
import { externalName } from './external-name.ts';
import type { Tags, Text } from './text.ts';

export interface ParameterProps {
  readonly region: Text;
  /** With its leading slash. */
  readonly name: string;
  readonly description: string;
  readonly value: Text;
  readonly tags: Tags;
}

/**
 * An SSM parameter that is no secret.
 *
 * @param key names the resource in the composition.
 */
export function parameter<S extends CompositeSchema>(
  { resource }: Pick<CapabilityScope<S>, 'resource'>,
  key: string,
  { region, name, description, value, tags }: ParameterProps,
): void {
  resource(
    key,
    ssm.Parameter,
    // The plan of an application with much in it is larger than a standard parameter.
    { forProvider: { region, type: 'String', tier: 'Intelligent-Tiering', description, insecureValue: value, tags } },
    { annotations: externalName(name) },
  );
}
