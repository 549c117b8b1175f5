import { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { metricNamespace } from '../../api/names.ts';
import type { Site } from '../../api/site.ts';
import { isSettled } from '../../failover/operation.ts';
import { isLambda } from './cast.ts';
import type { FinishedOperation } from './journal-desk.ts';
import type { Fact } from './report.ts';
import type { Stage } from './stage.ts';

// What a failover without a controller leaves for people to see: log, messages and metrics, each looked up where AWS
// would keep it.

/**
 * Every step has its line in the function's log, with the operation that it belongs to. A function tells what happens by
 * its log alone, so each event of its engine was such a line.
 */
export function everyStepLogged({ events }: Stage, operation: FinishedOperation | undefined): Fact {
  const lines = events.filter((event) => isLambda(event.actor) && 'operationId' in event);
  const ofOperation = lines.filter((event) => 'operationId' in event && event.operationId === operation?.id);
  const taken = (operation?.steps ?? []).filter((step) => isSettled(step) && step.phase !== 'Skipped');
  const silent = taken.filter(
    ({ name, phase }) =>
      !ofOperation.some((event) => event.kind === 'Step' && event.step === name && event.phase === phase),
  );
  const framed = ['OperationStarted', 'OperationEnded'].every((kind) =>
    ofOperation.some((event) => event.kind === kind),
  );
  return {
    fact: "each step, the start and the end of the operation are in the function's log",
    held: taken.length > 0 && silent.length === 0 && framed,
    detail:
      silent.length === 0
        ? `${ofOperation.length} lines about ${taken.length} steps`
        : `nothing about ${silent.map(({ name }) => name).join(', ')}`,
  };
}

/** The topic of a site was told who is active now. */
export function peopleTold({ world }: Stage, operation: FinishedOperation | undefined, active: Site): Fact {
  const { topicArn } = world.plan.spec.sites[active];
  const subject = `${operation?.id}: ${active} is active`;
  const published = world
    .region(active)
    .calls.filter(({ operation: name, result }) => name === 'Publish' && result === 'OK')
    .map(({ parameters }) => parameters as { readonly TopicArn?: string; readonly Subject?: string })
    .filter(({ TopicArn }) => TopicArn === topicArn);
  return {
    fact: `people were told by ${topicArn?.split(':').at(-1)} that ${active} is active`,
    held: published.some(({ Subject }) => Subject === subject),
    detail: published.map(({ Subject }) => Subject).join(', ') || 'nothing was published',
  };
}

/** CloudWatch, in the region that lives, has the outage as its prober saw it, and the active site's health since. */
export async function outageInMetrics({ world, aws, until }: Stage, outageAtMs: number, survivor: Site): Promise<Fact> {
  const { app, plan } = world;
  const { region } = app.spec[survivor];
  const lost = survivor === 'primary' ? 'SecondaryAnswers' : 'PrimaryAnswers';
  const answering = survivor === 'primary' ? 'PrimaryAnswers' : 'SecondaryAnswers';
  const prober = plan.spec.detection.vantages.find(({ kind, domain }) => kind === 'Prober' && domain === region);
  const dimensions = { App: app.metadata.name, Environment: app.spec.environment, Vantage: prober?.name ?? '' };
  const query = (Id: string, MetricName: string, Stat: string) => ({
    Id,
    MetricStat: {
      Metric: {
        Namespace: metricNamespace,
        MetricName,
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      },
      Period: 1,
      Stat,
    },
  });
  const seen = async (): Promise<{ readonly lost: number; readonly answering: number }> => {
    const { MetricDataResults = [] } = await aws.cloudWatch(region).send(
      new GetMetricDataCommand({
        StartTime: new Date(outageAtMs),
        EndTime: new Date(Date.now() + 1_000),
        MetricDataQueries: [query('lost', lost, 'Minimum'), query('answering', answering, 'Maximum')],
      }),
    );
    const valuesOf = (id: string) => MetricDataResults.find(({ Id }) => Id === id)?.Values ?? [];
    return {
      lost: valuesOf('lost').filter((value) => value === 0).length,
      answering: valuesOf('answering').filter((value) => value === 1).length,
    };
  };
  let found = await seen();
  // It publishes at the end of each of its runs, a minute apart.
  await until('metrics of the outage', 180_000, async () => {
    found = await seen();
    return found.lost > 0 && found.answering > 0;
  });
  return {
    fact: `CloudWatch in ${region} has the outage, and that ${region} answers`,
    held: found.lost > 0 && found.answering > 0,
    detail: `${lost} was 0 and ${answering} 1, by ${prober?.name}`,
  };
}
