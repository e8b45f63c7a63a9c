// What a job's events add up to: the checklist, the card so far, and how it
// ended. A job may be joined in the middle, retried, or replayed from an old
// event id; every event is safe to apply twice.

/** @typedef {'read' | 'search' | 'fetch' | 'rank' | 'write' | 'verify' | 'save'} StageName */
/** @typedef {{name: StageName, state: 'waiting' | 'working' | 'done', note: string | null}} Stage */
/** @typedef {import('./problem.js').Problem} Problem */

/**
 * @typedef {{kind: 'card', card: object}
 *   | {kind: 'saved', cardId: string}
 *   | {kind: 'failed', problem: Problem}
 *   | {kind: 'cancelled'}} Outcome  'saved': the card exists but was not in the event
 */

/**
 * @typedef {object} Progress
 * @property {Stage[]} stages
 * @property {object | null} card  the partial card, or null before its first section
 * @property {Outcome | null} outcome  null while the job goes on
 */

import { cardFault } from './card-schema.js';
import { asProblem } from './problem.js';

/** @type {readonly StageName[]} */
export const STAGES = ['read', 'search', 'fetch', 'rank', 'write', 'verify', 'save'];

/** @returns {Progress} */
export function newProgress() {
  return { stages: STAGES.map((name) => ({ name, state: 'waiting', note: null })), card: null, outcome: null };
}

/**
 * The progress after one more event. Events we do not know, or whose data is
 * not what the contract says, change nothing.
 *
 * @param {Progress} progress
 * @param {{event: string, data: string}} serverEvent
 * @returns {Progress}
 */
export function afterEvent(progress, { event, data }) {
  const payload = Object.hasOwn(APPLY, event) ? parseObject(data) : null;
  return payload ? APPLY[event](progress, payload) : progress;
}

/** @type {Record<string, (progress: Progress, payload: any) => Progress>} */
const APPLY = {
  stage: afterStage,
  // The card in a section event is the whole card so far; what is no card is not shown.
  section: (progress, { card }) => (isCard(card) ? { ...progress, card } : progress),
  card: (progress, { card }) => ended(progress, isCard(card) ? { kind: 'card', card } : { kind: 'failed', problem: NO_CARD }),
  failed: (progress, problem) => ended(progress, { kind: 'failed', problem: asProblem(problem.problem ?? problem) }),
  snapshot: afterSnapshot,
};

/** @param {Progress} progress @param {any} payload @returns {Progress} */
function afterStage(progress, { stage, state, note }) {
  const known = progress.stages.find(({ name }) => name === stage);
  if (!known) return progress;
  // Reading again means a new attempt: what came after it is undone.
  const base = stage === 'read' && state === 'started' && known.state === 'done' ? newProgress() : progress;
  return {
    ...base,
    stages: base.stages.map((item) =>
      item.name === stage
        ? { ...item, state: state === 'done' ? 'done' : 'working', note: typeof note === 'string' && note ? note : item.note }
        : item,
    ),
  };
}

/** @param {Progress} progress @param {any} payload @returns {Progress} */
function afterSnapshot(progress, { job, card }) {
  if (!isObject(job)) return progress;
  const seen = { ...progress, card: isCard(card) ? card : progress.card };
  if (job.state === 'done' && isCard(card)) return ended(seen, { kind: 'card', card });
  if (job.state === 'done' && isObject(job.card)) return ended(seen, { kind: 'saved', cardId: String(job.card.id) });
  if (job.state === 'failed') return ended(seen, { kind: 'failed', problem: asProblem(job.error) });
  if (job.state === 'cancelled') return ended(seen, { kind: 'cancelled' });
  return { ...seen, stages: stagesUpTo(seen.stages, job.stage) };
}

/** @param {Stage[]} stages @param {unknown} current @returns {Stage[]} */
function stagesUpTo(stages, current) {
  const at = STAGES.findIndex((name) => name === current);
  return stages.map((stage, index) => {
    if (index < at) return { ...stage, state: 'done' };
    return index === at && stage.state === 'waiting' ? { ...stage, state: 'working' } : stage;
  });
}

/** @param {Progress} progress @param {Outcome} outcome @returns {Progress} */
function ended(progress, outcome) {
  const stages = outcome.kind === 'card' ? progress.stages.map((stage) => ({ ...stage, state: /** @type {const} */ ('done') })) : progress.stages;
  return { ...progress, stages, outcome };
}

const NO_CARD = asProblem({ type: 'bad-card', retryable: false });

/** @param {any} value */
const isCard = (value) => cardFault(value) === null;

/** @param {string} data */
function parseObject(data) {
  try {
    const value = JSON.parse(data);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** @param {any} value */
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
