/** A process of the run: does storms and scenarios, one after the other. */
import '../../local/quiet-sdk.ts';
import { serveJobs } from '../support/worker-pool.ts';
import { runJob } from './jobs.ts';

serveJobs(runJob);
