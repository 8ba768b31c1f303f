/** A process of the matrix: told the name of a scenario, it answers with what was found. */
import '../../../local/quiet-sdk.ts';
import { serveJobs } from '../../support/worker-pool.ts';
import { scenarioNamed } from '../scenarios/all.ts';
import { matrixOf } from './matrix.ts';

serveJobs((name: string) => matrixOf(scenarioNamed(name)));
