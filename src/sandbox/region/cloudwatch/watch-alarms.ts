import { randomUUID } from 'node:crypto';
import { applyRules } from '../event-bridge/rules.ts';
import type { Pace } from '../pace.ts';
import type { RegionConfig } from '../region-config.ts';
import type { UnstampedEvent } from '../region-events.ts';
import { newsOf } from './alarm-news.ts';
import type { Alarms } from './alarms.ts';

/** CloudWatch judges most alarms each minute. */
const evaluationMs = 60_000;

export interface WatchAlarmsOptions {
  readonly alarms: Alarms;
  readonly pace: Pace;
  readonly config: Pick<RegionConfig, 'region' | 'accountId' | 'rules'>;
  /** Takes an event for a function, without waiting for it. */
  readonly invoke: (functionName: string, event: string) => void;
  readonly emit: (event: UnstampedEvent) => void;
}

/** Judges the region's alarms each minute, divided by its speed; a change is told to its topics and to the rules. */
export function watchAlarms({ alarms, pace, config, invoke, emit }: WatchAlarmsOptions): void {
  const { region, accountId, rules = [] } = config;
  pace.repeat(evaluationMs, async () => {
    for (const change of alarms.evaluate(Date.now())) {
      const { topicArns, subject, message, event } = newsOf(change, region, accountId);
      for (const topicArn of topicArns) {
        emit({ type: 'Notification', notification: { topicArn, subject, message, messageId: randomUUID() } });
      }
      applyRules(rules, event, invoke);
    }
  });
}
