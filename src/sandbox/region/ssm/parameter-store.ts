import { StateFile } from '../state-file.ts';
import { AwsError } from '../wire/aws-error.ts';

/** A parameter as Systems Manager keeps it. */
export interface StoredParameter {
  readonly name: string;
  readonly type: 'String' | 'StringList' | 'SecureString';
  readonly value: string;
  readonly version: number;
  readonly tier: 'Standard' | 'Advanced';
  readonly modifiedMs: number;
}

export interface PutRequest {
  readonly name: string;
  readonly type: StoredParameter['type'] | undefined;
  readonly value: string;
  readonly overwrite: boolean;
  readonly tier: 'Standard' | 'Advanced' | 'Intelligent-Tiering';
}

/**
 * Largest values, in bytes.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html
 */
const largest = { Standard: 4_096, Advanced: 8_192 } as const;

/** Parameters of a region; they are there again after a restart. */
export class ParameterStore {
  readonly #file: StateFile<readonly StoredParameter[]>;
  readonly #parameters = new Map<string, StoredParameter>();

  /** @param file absolute path. */
  constructor(file: string) {
    this.#file = new StateFile(file);
  }

  async restore(): Promise<void> {
    for (const parameter of (await this.#file.read()) ?? []) this.#parameters.set(parameter.name, parameter);
  }

  get(name: string): StoredParameter | undefined {
    return this.#parameters.get(name);
  }

  /** @throws AwsError as PutParameter documents. */
  async put({ name, type, value, overwrite, tier }: PutRequest): Promise<StoredParameter> {
    const known = this.#parameters.get(name);
    if (known !== undefined && !overwrite) {
      throw new AwsError(
        'ParameterAlreadyExists',
        'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
      );
    }
    const kept = type ?? known?.type;
    if (kept === undefined)
      throw new AwsError('ValidationException', 'A parameter type is required when you create a parameter.');
    const parameter: StoredParameter = {
      name,
      type: kept,
      value,
      version: (known?.version ?? 0) + 1,
      tier: tierOf(tier, Buffer.byteLength(value)),
      modifiedMs: Date.now(),
    };
    this.#parameters.set(name, parameter);
    await this.#file.write([...this.#parameters.values()]);
    return parameter;
  }
}

function tierOf(asked: PutRequest['tier'], bytes: number): StoredParameter['tier'] {
  const tier = asked === 'Intelligent-Tiering' ? (bytes > largest.Standard ? 'Advanced' : 'Standard') : asked;
  if (bytes <= largest[tier]) return tier;
  throw new AwsError(
    'ValidationException',
    `${tier} tier parameters support a maximum parameter value of ${largest[tier]} characters.`,
  );
}
