// A job's events, over as many connections as it takes.

import { jobPath, send } from './api.js';
import { createEventParser } from './core/job-events.js';
import { asProblem, ProblemError } from './core/problem.js';

/** @typedef {import('./api.js').Server} Server */
/** @typedef {import('./core/job-events.js').ServerEvent} ServerEvent */

// A stream this quiet is taken for dead: a laptop that slept keeps the socket
// open and hears nothing.
const STREAM_IDLE_MS = 90_000;
const RECONNECT_PAUSES_MS = [500, 1000, 2000, 4000, 8000, 15_000, 15_000];
// Without a network there is nothing to try; the browser says when it is back.
const OFFLINE_PAUSE_MS = 15_000;

/**
 * A job's events until the caller has enough. A broken connection is taken up
 * again behind the last event; after each break comes an event named
 * 'disconnected'. A job the server does not know throws 'job-lost'; a server
 * that stays away throws 'unreachable'. A computer without network waits.
 *
 * @param {Server} server
 * @param {string} jobId
 * @param {AbortSignal} signal
 * @returns {AsyncGenerator<ServerEvent, void, void>}
 */
export async function* followJob(server, jobId, signal) {
  let lastEventId = '';
  for (let breaks = 0; ; breaks += navigator.onLine ? 1 : 0) {
    const parser = createEventParser();
    try {
      for await (const event of openStream(server, jobId, lastEventId, parser, signal)) {
        breaks = 0;
        yield event;
      }
    } catch (error) {
      if (signal.aborted || isFinal(error) || breaks >= RECONNECT_PAUSES_MS.length) throw error;
    }
    lastEventId = parser.lastEventId || lastEventId;
    yield { id: lastEventId, event: 'disconnected', data: '' };
    const usual = RECONNECT_PAUSES_MS[Math.min(breaks, RECONNECT_PAUSES_MS.length - 1)];
    await pause(navigator.onLine ? parser.retryMs ?? usual : OFFLINE_PAUSE_MS, signal);
  }
}

/**
 * @param {Server} server
 * @param {string} jobId
 * @param {string} lastEventId
 * @param {ReturnType<typeof createEventParser>} parser
 * @param {AbortSignal} signal
 * @returns {AsyncGenerator<ServerEvent, void, void>}
 */
async function* openStream(server, jobId, lastEventId, parser, signal) {
  const connection = new AbortController();
  const response = await send(server, `${jobPath(jobId)}/events`, {
    headers: { Accept: 'text/event-stream', ...(lastEventId && { 'Last-Event-ID': lastEventId }) },
    signal: AbortSignal.any([signal, connection.signal]),
  }).catch((error) => {
    throw error instanceof ProblemError && error.problem.status === 404 ? jobLost(error) : error;
  });
  const reader = /** @type {ReadableStream<Uint8Array>} */ (response.body).getReader();
  try {
    for (;;) {
      const { done, value } = await readWithin(reader, STREAM_IDLE_MS, connection);
      if (done) return;
      yield* parser.push(value);
    }
  } finally {
    connection.abort();
  }
}

/** @param {ReadableStreamDefaultReader<Uint8Array>} reader @param {number} limitMs @param {AbortController} connection */
async function readWithin(reader, limitMs, connection) {
  const timer = setTimeout(() => connection.abort(), limitMs);
  try {
    return await reader.read();
  } finally {
    clearTimeout(timer);
  }
}

/** @param {unknown} cause */
const jobLost = (cause) => new ProblemError(asProblem({ type: 'job-lost', status: 404, retryable: true }), cause);

/** @param {unknown} error */
const isFinal = (error) => error instanceof ProblemError && (!error.problem.retryable || error.problem.type === 'job-lost');

/** Ends early when the network comes back. @param {number} ms @param {AbortSignal} signal @returns {Promise<void>} */
function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const done = new AbortController();
    const end = (/** @type {() => void} */ settle) => {
      clearTimeout(timer);
      done.abort();
      settle();
    };
    const timer = setTimeout(() => end(resolve), ms);
    addEventListener('online', () => end(resolve), { signal: done.signal });
    signal.addEventListener('abort', () => end(() => reject(signal.reason)), { signal: done.signal });
  });
}
