// The only fetch. Everything the server or the network can do to us comes out
// as a ProblemError.

import { cardFault } from './core/card-schema.js';
import { readMatches } from './core/lookup.js';
import { asProblem, ProblemError, retryAfter } from './core/problem.js';

/** @typedef {{address: string, key: string}} Server */

const ANSWER_TIMEOUT_MS = 30_000;
// No job has this id: calling it off changes nothing, and a server answers
// 401 or 403 before it looks for the job.
const NO_JOB = 'connection-test';

/**
 * @param {Server} server
 * @param {{url: string, lang?: string, refresh?: boolean, capture?: import('./messages.js').Capture}} page
 * @param {AbortSignal} signal
 * @returns {Promise<{card: any, job: null} | {card: null, job: any}>}
 */
export async function createCard(server, page, signal) {
  const response = await send(server, '/api/v1/cards', { ...asJson(page), signal: withTimeout(signal) });
  const answer = await readJson(response);
  if (response.status === 202 && typeof answer.job?.id === 'string') return { card: null, job: answer.job };
  if (response.status === 200) return { card: checkCard(answer), job: null };
  throw notThreadproof(response.status);
}

/** @param {Server} server @param {string} id @param {AbortSignal} signal @param {number} [version] @returns {Promise<any>} */
export async function fetchCard(server, id, signal, version) {
  const response = await send(server, cardPath(id) + (version ? `?version=${version}` : ''), { signal: withTimeout(signal) });
  return checkCard(await readJson(response));
}

/** The card with its sources as footnotes. @param {Server} server @param {string} id @returns {Promise<string>} */
export async function fetchMarkdown(server, id) {
  const response = await send(server, `/c/${encodeURIComponent(id)}.md`, { headers: { Accept: 'text/markdown' }, signal: withTimeout() });
  return response.text();
}

/** @param {Server} server @param {string} id @param {{claim: string, reason: string, sources: string[]}} correction */
export async function sendCorrection(server, id, correction) {
  await send(server, `${cardPath(id)}/corrections`, { ...asJson(correction), signal: withTimeout() });
}

/** Every public card whose address's hash begins so; asked without a key, which would say who asks. @param {string} address @param {string} prefix */
export async function lookUpCards(address, prefix) {
  return readMatches(await readJson(await send({ address, key: '' }, `/api/v1/lookup/${prefix}`, { signal: withTimeout() })));
}

/** @param {Server} server @param {string} jobId */
export async function cancelJob(server, jobId) {
  await send(server, jobPath(jobId), { method: 'DELETE', signal: withTimeout() });
}

/** Whether the server is there and takes this key; throws the problem when not. @param {Server} server */
export async function checkAccess(server) {
  await send(server, '/healthz', { signal: withTimeout() });
  await cancelJob(server, NO_JOB).catch((error) => {
    if (!(error instanceof ProblemError && error.problem.status === 404)) throw error;
  });
}

/** The card itself, if it is whole. @param {any} answer */
export function checkCard(answer) {
  const fault = cardFault(answer);
  if (!fault) return answer;
  console.warn('The server sent what is no card:', fault);
  throw new ProblemError(asProblem({ type: 'bad-card', retryable: false }));
}

/**
 * The server's answer, when it is a good one.
 *
 * @param {Server} server
 * @param {string} path
 * @param {RequestInit} init
 * @returns {Promise<Response>}
 */
export async function send(server, path, init) {
  const headers = { Accept: 'application/json', ...init.headers, ...(server.key && { Authorization: `Bearer ${server.key}` }) };
  /** @type {RequestInit} */
  const options = { ...init, headers, credentials: 'omit', cache: 'no-store', referrerPolicy: 'no-referrer' };
  const response = await fetch(server.address + path, options).catch((error) => {
    if (init.signal?.aborted && error?.name === 'AbortError') throw error;
    throw new ProblemError(asProblem({ type: navigator.onLine ? 'unreachable' : 'offline', retryable: true }), error);
  });
  if (response.ok) return response;
  const problem = asProblem(await response.json().catch(() => null), response.status);
  throw new ProblemError({ ...problem, retryAfterS: retryAfter(response.headers.get('Retry-After'), Date.now()) });
}

/** @param {unknown} body @returns {RequestInit} */
const asJson = (body) => ({ method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

/** @param {Response} response @returns {Promise<any>} */
async function readJson(response) {
  const answer = await response.json().catch(() => null);
  if (typeof answer !== 'object' || answer === null) throw notThreadproof(response.status);
  return answer;
}

/** @param {string} cardId */
const cardPath = (cardId) => `/api/v1/cards/${encodeURIComponent(cardId)}`;

/** @param {string} jobId */
export const jobPath = (jobId) => `/api/v1/jobs/${encodeURIComponent(jobId)}`;

/** @param {AbortSignal} [signal] */
function withTimeout(signal) {
  const timeout = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
  return signal ? AbortSignal.any([signal, timeout]) : timeout;
}

/** @param {number} status */
const notThreadproof = (status) => new ProblemError(asProblem({ type: 'not-threadproof', retryable: false }, status));
