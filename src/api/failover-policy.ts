import { z } from 'zod';
import { durationSchema } from './duration.ts';

/** Settings that an application's file and the standing plan derived from it share, with the same defaults. */

export const objectivesSchema = z
  .strictObject({
    rto: durationSchema
      .default('5m')
      .describe(
        "Recovery time objective: last good answer before an outage to first good answer after, at the client's name.",
      ),
    rpo: durationSchema
      .default('1m')
      .describe('Recovery point objective: acknowledged writes that may be lost, as seconds of the heartbeat.'),
  })
  .describe('What a failover must achieve. Alarms and findings measure against it.');

export type Objectives = z.output<typeof objectivesSchema>;

export const detectionIntervalSchema = durationSchema
  .default('10s')
  .describe('How often each vantage looks while all is well. Once a probe has failed it looks each second.');

export const failureThresholdSchema = z
  .int()
  .min(1)
  .max(20)
  .default(3)
  .describe(
    'Intervals without one success before a vantage says Down. The tolerance window is interval × failureThreshold.',
  );

export const minHealthyTargetsPercentSchema = z
  .int()
  .min(1)
  .max(100)
  .default(50)
  .describe('Share of the targets that must be healthy for a site to count as Up, in percent.');

export const policySchema = z
  .strictObject({
    mode: z
      .enum(['Automatic', 'Manual'])
      .default('Automatic')
      .describe('Automatic: an outage starts a failover. Manual: it only alerts, and a person starts it.'),
    maxDataLoss: durationSchema
      .default('60s')
      .describe(
        'Largest loss that an automatic failover may cause. Above it the operation waits for consent to the measured number.',
      ),
    cooldown: durationSchema
      .default('30m')
      .describe(
        'Time after an operation in which none starts by itself, so that flapping health does not move an application to and fro.',
      ),
    reprotect: z
      .enum(['Manual', 'Automatic'])
      .default('Manual')
      .describe('Who starts rebuilding replication towards the former active after a failover.'),
    abortIfRecovered: z
      .boolean()
      .default(true)
      .describe('Whether an operation stops if the active recovers before the point of no return.'),
    singleDomain: z
      .enum(['Hold', 'Act'])
      .default('Hold')
      .describe(
        'What to do when only one failure domain sees the active down. Hold alerts and waits; Act accepts that a network split may look like an outage.',
      ),
  })
  .describe('When to act without being asked.');

export type Policy = z.output<typeof policySchema>;
