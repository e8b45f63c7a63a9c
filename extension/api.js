// The only fetch. Everything the server or the network can do to us comes out
// as a ProblemError.

import { createEventParser } from './core/job-events.js';
import { readMatches } from './core/lookup.js';
import { asProblem, ProblemError } from './core/problem.js';

/** @typedef {{address: string, key: string}} Server */
/** @typedef {import('./core/job-events.js').ServerEvent} ServerEvent */

const ANSWER_TIMEOUT_MS = 30_000;
// A stream this quiet is taken for dead: a laptop that slept keeps the socket
// open and hears nothing.
const STREAM_IDLE_MS = 90_000;
const RECONNECT_PAUSES_MS = [500, 1000, 2000, 4000, 8000, 15_000, 15_000];

/**
 * @param {Server} server
 * @param {{url: string, capture?: import('./messages.js').Capture}} page
 * @param {AbortSignal} signal
 * @returns {Promise<{card: any, job: null} | {card: null, job: any}>}
 */
export async function createCard(server, page, signal) {
  const response = await send(server, '/api/v1/cards', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(page),
    signal: withTimeout(signal),
  });
  const answer = await readJson(response);
  if (response.status === 202 && answer.job?.id) return { card: null, job: answer.job };
  if (response.status === 200) return { card: answer, job: null };
  throw notThreadproof(response.status);
}

/** @param {Server} server @param {string} id @param {AbortSignal} signal @returns {Promise<any>} */
export async function fetchCard(server, id, signal) {
  return readJson(await send(server, `/api/v1/cards/${encodeURIComponent(id)}`, { signal: withTimeout(signal) }));
}

/** Every public card whose address's hash begins so; asked without a key, which would say who asks. @param {string} address @param {string} prefix */
export async function lookUpCards(address, prefix) {
  return readMatches(await readJson(await send({ address, key: '' }, `/api/v1/lookup/${prefix}`, { signal: withTimeout() })));
}

/** @param {Server} server @param {string} jobId */
export async function cancelJob(server, jobId) {
  await send(server, jobPath(jobId), { method: 'DELETE', signal: withTimeout() });
}

/** Whether the server is there; throws the problem when it is not. @param {Server} server */
export async function checkHealth(server) {
  await send(server, '/healthz', { signal: withTimeout() });
}

/**
 * A job's events until the caller has enough. A broken connection is taken up
 * again behind the last event; after each break comes an event named
 * 'disconnected'. A job the server does not know throws 'job-lost'.
 *
 * @param {Server} server
 * @param {string} jobId
 * @param {AbortSignal} signal
 * @returns {AsyncGenerator<ServerEvent, void, void>}
 */
export async function* followJob(server, jobId, signal) {
  let lastEventId = '';
  for (let breaks = 0; ; breaks += 1) {
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
    await pause(parser.retryMs ?? RECONNECT_PAUSES_MS[Math.min(breaks, RECONNECT_PAUSES_MS.length - 1)], signal);
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

/**
 * @param {Server} server
 * @param {string} path
 * @param {RequestInit} init
 * @returns {Promise<Response>}
 */
async function send(server, path, init) {
  const headers = { Accept: 'application/json', ...init.headers, ...(server.key && { Authorization: `Bearer ${server.key}` }) };
  /** @type {RequestInit} */
  const options = { ...init, headers, credentials: 'omit', cache: 'no-store', referrerPolicy: 'no-referrer' };
  const response = await fetch(server.address + path, options).catch((error) => {
    if (init.signal?.aborted && error?.name === 'AbortError') throw error;
    throw new ProblemError(asProblem({ type: 'unreachable', retryable: true }), error);
  });
  if (response.ok) return response;
  throw new ProblemError(asProblem(await response.json().catch(() => null), response.status));
}

/** @param {Response} response @returns {Promise<any>} */
async function readJson(response) {
  const answer = await response.json().catch(() => null);
  if (typeof answer !== 'object' || answer === null) throw notThreadproof(response.status);
  return answer;
}

/** @param {string} jobId */
const jobPath = (jobId) => `/api/v1/jobs/${encodeURIComponent(jobId)}`;

/** @param {AbortSignal} [signal] */
function withTimeout(signal) {
  const timeout = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
  return signal ? AbortSignal.any([signal, timeout]) : timeout;
}

/** @param {number} status */
const notThreadproof = (status) => new ProblemError(asProblem({ type: 'not-threadproof', retryable: false }, status));

/** @param {unknown} cause */
const jobLost = (cause) => new ProblemError(asProblem({ type: 'job-lost', status: 404, retryable: true }), cause);

/** @param {unknown} error */
const isFinal = (error) => error instanceof ProblemError && (!error.problem.retryable || error.problem.type === 'job-lost');

/** @param {number} ms @param {AbortSignal} signal @returns {Promise<void>} */
function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    }, { once: true });
  });
}
