import { Replica, removeBundles, stopAll } from "./replica";
import { TestRedis } from "./redis";

/** What the tests of a file share. */
export interface OneApp {
  redis: TestRedis;
  app: Replica;
}

/** For a file whose tests all ask one app on one Redis: both are there from its first test to its last. */
export function oneApp(): OneApp {
  const shared = {} as OneApp;
  beforeAll(async () => {
    shared.redis = await TestRedis.start();
    shared.app = await Replica.ready("app", { REDIS_URL: shared.redis.url("app") });
  });
  afterAll(async () => {
    await stopAll();
    removeBundles();
    await shared.redis?.remove();
  });
  return shared;
}
