import { App } from 'cdk8s';
import { ControllerChart, type ControllerChartProps } from '../../../charts/controller-chart.ts';
import type { Manifest } from '../synthesized.ts';

/** Objects of the controller's chart. */
export function controllerObjects(props: ControllerChartProps = {}): Manifest[] {
  return new ControllerChart(new App(), 'controller', props).toJson() as Manifest[];
}

/** The one object of a kind. */
export function onlyOf(kind: string, props: ControllerChartProps = {}): Manifest {
  const [found, ...more] = controllerObjects(props).filter((object) => object.kind === kind);
  if (found === undefined || more.length > 0) {
    throw new Error(`there are ${found === undefined ? 0 : more.length + 1} objects of kind ${kind}`);
  }
  return found;
}

export function deploymentOf(props: ControllerChartProps = {}): Manifest {
  return onlyOf('Deployment', props);
}
