import { sites } from '../../api/site.ts';
import { internetLocation } from '../world/locations.ts';
import { loadBalancerHost } from '../world/wiring.ts';
import type { World } from '../world/world.ts';

/**
 * Tells whenever the application's name begins to lead somewhere else, as its users would be told.
 *
 * @returns what ends that.
 */
export function followName(
  { app, plan, route53, switchboard }: World,
  say: (subject: string, text: string) => void,
): () => void {
  const name = plan.spec.dns?.name ?? '';
  const whereTo = (): string => {
    const answers = route53.resolve(internetLocation, name, 'A').answers.map(({ value }) => value);
    const found = sites.filter((site) =>
      answers.includes(switchboard.addressOf(internetLocation, loadBalancerHost(app, site)) ?? ''),
    );
    return found.map((site) => app.spec[site].region).join(' and ') || 'nowhere';
  };
  let known = whereTo();
  return route53.onChange(() => {
    const now = whereTo();
    if (now !== known) say('dns', `${name} leads to ${now}`);
    known = now;
  });
}
