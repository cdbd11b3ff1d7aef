import type { Queue } from "bullmq";
import type { Redis } from "ioredis";
import type { Identity } from "../../runtime/identity";
import type { Lifecycle } from "../../runtime/lifecycle";
import type { Logger } from "../../runtime/logger";
import type { RequestCount } from "../request-count";
import type { Visits } from "../stores/visits";
import { OverviewReader } from "./overview";
import { Presence } from "./presence";
import { QueueHistory } from "./queue-history";
import { LiveStreams } from "./streams";

export interface LiveOptions {
  identity: Identity;
  lifecycle: Pick<Lifecycle, "draining">;
  logger: Logger;
  redis: Redis;
  queue: Queue;
  visits: Visits;
  requests: RequestCount;
}

/** What stands behind the live page, put together. */
export class Live {
  readonly streams: LiveStreams;
  private readonly presence: Presence;
  private readonly history: QueueHistory;

  constructor({ identity, lifecycle, logger, redis, queue, visits, requests }: LiveOptions) {
    this.presence = new Presence({ identity, lifecycle, redis, requests: () => requests.total });
    this.history = new QueueHistory(queue, redis, identity.instance);
    const reader = new OverviewReader({ redis, queue, visits, history: this.history });
    const look: OverviewReader["look"] = (sessionIds, fresh) => reader.look(sessionIds, fresh);
    this.streams = new LiveStreams({ instance: identity.instance, lifecycle, logger, look });
  }

  /** From when the replica takes work. */
  start(): void {
    this.presence.start();
    this.history.start();
  }

  /** Before Redis is closed. Never throws. */
  async stop(): Promise<void> {
    this.history.stop();
    await this.presence.leave();
  }
}
