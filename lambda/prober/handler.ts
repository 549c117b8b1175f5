import { lookingFunction } from '../runtime/looking-function.ts';

/** Looks at both sites from inside the VPC of one, each minute. */
export const handler = lookingFunction({ name: 'prober', kind: 'Prober' });
