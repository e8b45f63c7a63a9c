// Everything that can go wrong, in the one shape the panel shows: RFC 9457
// problem documents from the server, and our own in the same form.

/**
 * @typedef {object} Problem
 * @property {string} type    stable code; ours are in OWN_PROBLEMS
 * @property {string} title   '' when the panel has words of its own for the type
 * @property {string} detail  the next step
 * @property {number | null} status
 * @property {boolean} retryable
 * @property {number | null} retryAfterS  how long the server asks to be left alone
 */

/** What is told in the panel's own words, wherever no server had a say. */
export const OWN_PROBLEMS = /** @type {const} */ ([
  'unreachable', 'offline', 'no-permission', 'not-threadproof', 'bad-card', 'job-lost', 'bad-page', 'no-page', 'cancelled',
]);

/**
 * @param {any} document  what the server said, possibly nothing of use
 * @param {number | null} [status]
 * @returns {Problem}
 */
export function asProblem(document, status = null) {
  const given = typeof document === 'object' && document !== null ? document : {};
  const actualStatus = typeof given.status === 'number' ? given.status : status;
  return {
    type: typeof given.type === 'string' ? given.type : 'unknown',
    title: typeof given.title === 'string' ? given.title : '',
    detail: typeof given.detail === 'string' ? given.detail : '',
    status: actualStatus,
    retryable: typeof given.retryable === 'boolean' ? given.retryable : isTransient(actualStatus),
    retryAfterS: null,
  };
}

const MOST_SECONDS = 24 * 3600;

/**
 * The seconds a Retry-After header asks for, as a number or as an instant (RFC
 * 9110, 10.2.3); at most a day. Null where there is none.
 *
 * @param {string | null} header
 * @param {number} now  milliseconds since the epoch
 */
export function retryAfter(header, now) {
  const said = header?.trim() ?? '';
  const at = / GMT$/.test(said) ? Date.parse(said) : NaN;
  const seconds = /^\d+$/.test(said) ? Number(said) : Math.ceil((at - now) / 1000);
  return Number.isNaN(seconds) ? null : Math.min(Math.max(seconds, 0), MOST_SECONDS);
}

/** @param {number | null} status */
const isTransient = (status) => status === null || status === 408 || status === 429 || status >= 500;

/** A problem on its way to whoever shows it. */
export class ProblemError extends Error {
  /** @param {Problem} problem @param {unknown} [cause] */
  constructor(problem, cause) {
    super(problem.title || problem.type, { cause });
    this.name = 'ProblemError';
    this.problem = problem;
  }
}
