/**
 * An operation is defined by the SDK's own command class: it carries the types that the handler must have and the
 * schema that reads the request and writes the answer, so that a handler cannot get the wire wrong.
 */

/** Shapes and traits of one operation, as `@smithy/core/schema` has them: kind, namespace, name, traits, input, output. */
export type OperationSchema = readonly [number, string, string, unknown, SchemaReference, SchemaReference];
type SchemaReference = Parameters<typeof import('@smithy/core/schema').NormalizedSchema.of>[0];

interface CommandInstance {
  readonly input: object;
  resolveMiddleware(...args: never[]): (...args: never[]) => Promise<{ output: object }>;
}

type CommandClass<Instance extends CommandInstance> = new (input: Instance['input']) => Instance;

type OutputOf<Instance extends CommandInstance> = Omit<
  Awaited<ReturnType<ReturnType<Instance['resolveMiddleware']>>>['output'],
  '$metadata'
>;

/** One operation of a service with its handler. */
export interface Operation {
  readonly name: string;
  readonly schema: OperationSchema;
  readonly handle: (input: object) => Promise<object>;
}

/**
 * @example
 * operation(PromoteReadReplicaCommand, async ({ DBInstanceIdentifier }) => ({ DBInstance: … }))
 */
export function operation<Instance extends CommandInstance>(
  Command: CommandClass<Instance>,
  handle: (input: Instance['input']) => Promise<OutputOf<Instance>> | OutputOf<Instance>,
): Operation {
  const { schema } = new Command({}) as Instance & { readonly schema?: OperationSchema };
  if (schema === undefined) throw new Error(`${Command.name} carries no schema`);
  return { name: schema[2], schema, handle: async (input) => handle(input) };
}

export function operationsByName(operations: readonly Operation[]): ReadonlyMap<string, Operation> {
  return new Map(operations.map((each) => [each.name, each]));
}
