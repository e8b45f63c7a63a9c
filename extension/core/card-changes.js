// What is new in a card since a version of it that the reader has seen.

import { listClaims } from './card-claims.js';

/**
 * @typedef {object} Changes
 * @property {string[]} told     what the card itself says was changed
 * @property {string[]} added    sentences that the later version has
 * @property {string[]} dropped  sentences that the earlier one had
 * @property {string[]} sources  titles of the sources that were added
 * @property {number} comments   how many comments more were read; negative when fewer
 */

/**
 * Both are cards as `cardFault` admits them.
 *
 * @param {any} earlier
 * @param {any} later
 * @returns {Changes}
 */
export function cardChanges(earlier, later) {
  const before = sentences(earlier);
  const now = sentences(later);
  const known = new Set(earlier.sources.map((/** @type {any} */ source) => source.url));
  return {
    told: later.changes.map((/** @type {any} */ change) => change.summary).filter((/** @type {any} */ said) => typeof said === 'string' && said !== ''),
    added: without(now, before),
    dropped: without(before, now),
    sources: later.sources.filter((/** @type {any} */ source) => !known.has(source.url)).map((/** @type {any} */ source) => source.title ?? source.url),
    comments: later.capture.comments_read - earlier.capture.comments_read,
  };
}

/** @param {Changes} changes */
export const isUnchanged = ({ told, added, dropped, sources, comments }) => [told, added, dropped, sources].every((list) => list.length === 0) && comments === 0;

/** @param {Map<string, string>} some @param {Map<string, string>} others */
const without = (some, others) => [...some].filter(([key]) => !others.has(key)).map(([, text]) => text);

/**
 * Every sentence in reading order, once, by its words alone: a sentence that
 * only moved to another section, or got other white space, has not changed.
 *
 * @param {any} card
 * @returns {Map<string, string>}
 */
function sentences(card) {
  const predicted = (card.insight?.implications ?? []).map((/** @type {any} */ one) => ({ text: one.prediction }));
  return new Map([...listClaims(card), ...predicted].map(({ text }) => [text.replace(/\s+/g, ' ').trim(), text]));
}
