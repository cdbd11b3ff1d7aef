import { Worker } from "bullmq";
import { Redis } from "ioredis";
import { keptJobs, QUEUE_NAME, workerOptions } from "../../../../runtime/jobs";
import { ready } from "../visit";

/** BullMQ with the options our worker gives it, and nothing else: the rest of the difference is what our code adds. */
const connection = new Redis(process.env.REDIS_URL!, { maxRetriesPerRequest: null, disableClientInfo: true });
const options = { retentionHours: 168, takeoverSeconds: 10 };
const worker = new Worker(QUEUE_NAME, async (job) => ({ job: job.data.job as string }), {
  ...workerOptions(options),
  removeOnComplete: keptJobs(options),
  connection,
  concurrency: Number(process.env.WORKER_CONCURRENCY),
  name: process.env.INSTANCE,
});
void worker.waitUntilReady().then(() => ready());
