import { lookingFunction } from '../runtime/looking-function.ts';

/** Looks at both sites from a third region, each minute: a vote that neither site's region can take along. */
export const handler = lookingFunction({ name: 'witness', kind: 'Witness' });
