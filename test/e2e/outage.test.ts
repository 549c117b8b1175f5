import { afterAll, beforeAll, describe } from '@jest/globals';
import { doesWithoutTheApiServer } from './chapters/does-without-the-api-server.ts';
import { failsOver } from './chapters/fails-over.ts';
import { installs } from './chapters/installs.ts';
import { isProtectedAgain } from './chapters/is-protected-again.ts';
import { isSeen } from './chapters/is-seen.ts';
import { keepsItsRoles } from './chapters/keeps-its-roles.ts';
import { refusesWhatCannotBe } from './chapters/refuses-what-cannot-be.ts';
import { Story } from './stage/story.ts';

/** Told in order, over one pair of regions: each chapter begins where the one before it ended. */
describe('an application whose active region fails', () => {
  let story: Story;
  const told = () => story;

  beforeAll(async () => {
    story = await Story.begin();
  });

  afterAll(() => story?.end());

  describe('is installed', () => installs(told));
  describe('is seen on a quiet day', () =>
    isSeen(told, 'while nothing has happened', /trading +us-east-1 +Protected +\S+ +True/, null));
  describe('refuses what cannot be', () => refusesWhatCannotBe(told));
  describe('fails over', () => failsOver(told));
  describe('keeps its roles', () => keepsItsRoles(told));
  describe('is seen after a failover', () =>
    isSeen(
      told,
      'after the failover',
      /trading +us-west-2 +Unprotected +.* False/,
      /trading-1 +trading +Failover +Succeeded +\d\S+ /,
    ));
  describe('is protected again', () => isProtectedAgain(told));
  describe('does without the API server', () => doesWithoutTheApiServer(told));
});
