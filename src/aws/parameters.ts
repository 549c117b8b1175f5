import { GetParameterCommand, GetParametersCommand, ParameterNotFound, type SSMClient } from '@aws-sdk/client-ssm';
import { PortError } from '../failover/port-error.ts';
import { readCall } from './bounded-call.ts';

/** The SSM parameters below one prefix, secrets among them. */
export class Parameters {
  readonly #client: SSMClient;
  readonly #prefix: string;
  readonly #callMs: number;

  /** @param callMs the longest that one call may take. */
  constructor(client: SSMClient, prefix: string, callMs: number) {
    this.#client = client;
    this.#prefix = prefix;
    this.#callMs = callMs;
  }

  /** Full name of a parameter, for messages. */
  nameOf(key: string): string {
    return `${this.#prefix}/${key}`;
  }

  /** Null if there is none. @throws PortError */
  async read(key: string): Promise<string | null> {
    const command = new GetParameterCommand({ Name: this.nameOf(key), WithDecryption: true });
    try {
      const { Parameter } = await readCall(this.#limit(), (options) => this.#client.send(command, options));
      return Parameter?.Value ?? null;
    } catch (error) {
      if (error instanceof PortError && error.cause instanceof ParameterNotFound) return null;
      throw error;
    }
  }

  /**
   * Several by one call, which takes ten at most; by key, without those that do not exist.
   *
   * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html
   * @throws PortError
   */
  async readAll<Key extends string>(keys: readonly Key[]): Promise<Partial<Record<Key, string>>> {
    const command = new GetParametersCommand({ Names: keys.map((key) => this.nameOf(key)), WithDecryption: true });
    const { Parameters: found = [] } = await readCall(this.#limit(), (options) => this.#client.send(command, options));
    const values = new Map(found.map(({ Name, Value }) => [Name, Value]));
    const entries = keys.flatMap((key) => {
      const value = values.get(this.nameOf(key));
      return value === undefined ? [] : [[key, value] as const];
    });
    return Object.fromEntries(entries) as Partial<Record<Key, string>>;
  }

  #limit(): AbortSignal {
    return AbortSignal.timeout(this.#callMs);
  }
}
