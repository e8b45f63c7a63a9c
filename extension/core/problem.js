// Everything that can go wrong, in the one shape the panel shows: RFC 9457
// problem documents from the server, and our own in the same form.

/**
 * @typedef {object} Problem
 * @property {string} type    stable code; ours are 'unreachable', 'not-threadproof', 'job-lost', 'bad-page'
 * @property {string} title   '' when the panel has words of its own for the type
 * @property {string} detail  the next step
 * @property {number | null} status
 * @property {boolean} retryable
 */

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
  };
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
