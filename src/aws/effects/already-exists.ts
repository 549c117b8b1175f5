import { PortError } from '../../failover/port-error.ts';

/**
 * RDS takes no token that would make a call the same call: that the thing is there already is what an earlier one, or
 * another actor's, has left. Whether it is the right one is for the look that follows.
 *
 * @throws whatever else the call rejects with
 */
export async function unlessThereAlready(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof PortError) || !/AlreadyExists(Fault)?$/.test(error.code)) throw error;
  }
}
