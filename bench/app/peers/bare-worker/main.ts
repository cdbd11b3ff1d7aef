import { Worker } from "bullmq";
import { Redis } from "ioredis";
import { ready } from "../visit";

/** BullMQ as its documentation begins: no log, no checks, no give-back. */
const connection = new Redis(process.env.REDIS_URL!, { maxRetriesPerRequest: null, disableClientInfo: true });
const concurrency = Number(process.env.WORKER_CONCURRENCY);
const worker = new Worker("jobs", async (job) => ({ job: job.data.job as string }), {
  connection,
  concurrency,
  prefix: "evenkeel:bull",
});
void worker.waitUntilReady().then(() => ready());
