// What runs inside a container: loads the bundle once, then answers one invocation at a time.
// Plain JavaScript, because a worker thread is started from a file that Node itself can read.
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';

// Lines go with the messages, so that they arrive before the answer of the invocation that wrote
// them.
for (const stream of ['stdout', 'stderr']) {
  process[stream].write = (chunk, encoding, callback) => {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
    parentPort.postMessage({ type: 'log', stream, text });
    const done = typeof encoding === 'function' ? encoding : callback;
    if (done) process.nextTick(done);
    return true;
  };
}

// Time is the embedded world's: real time plus an offset that moves under our feet. Timers stay
// real.
const clockOffset = new BigInt64Array(workerData.clockOffset);
const RealDate = Date;
const nowMs = () => RealDate.now() + Number(Atomics.load(clockOffset, 0));
globalThis.Date = new Proxy(RealDate, {
  construct: (target, given, newTarget) =>
    Reflect.construct(target, given.length === 0 ? [nowMs()] : given, newTarget),
  apply: () => new RealDate(nowMs()).toString(),
  get: (target, name) => (name === 'now' ? nowMs : target[name]),
});
RealDate.prototype.constructor = globalThis.Date;

function failure(error) {
  if (error instanceof Error || (error && typeof error.message === 'string')) {
    return {
      errorType: error.name ?? 'Error',
      errorMessage: error.message,
      trace: String(error.stack ?? '').split('\n'),
    };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

let handler;
try {
  ({ handler } = await import(pathToFileURL(workerData.bundle).href));
  if (typeof handler !== 'function') {
    throw Object.assign(new Error('the bundle exports no handler'), {
      name: 'Runtime.HandlerNotFound',
    });
  }
  parentPort.postMessage({ type: 'ready' });
} catch (error) {
  parentPort.postMessage({ type: 'initFailed', failure: failure(error) });
}

parentPort.on('message', async ({ requestId, payload, functionArn, deadlineMs }) => {
  try {
    const context = {
      callbackWaitsForEmptyEventLoop: true,
      functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
      functionVersion: '$LATEST',
      invokedFunctionArn: functionArn,
      memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
      awsRequestId: requestId,
      logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
      logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
      getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
    };
    const result = await handler(JSON.parse(payload), context);
    const body = JSON.stringify(result === undefined ? null : result);
    parentPort.postMessage({ type: 'result', requestId, body });
  } catch (error) {
    parentPort.postMessage({ type: 'failed', requestId, failure: failure(error) });
  }
});
