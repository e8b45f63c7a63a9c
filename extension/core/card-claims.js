// Every claim of a card.

/**
 * Those of a card as `cardFault` admits it, in reading order; one sentence
 * that stands in two places is there twice.
 *
 * @param {any} card
 * @returns {any[]}
 */
export function listClaims({ headline, hook, tldr, insight, discussion, disputed }) {
  return [
    headline, hook, tldr.what_changed, tldr.why_it_matters, ...tldr.what_to_do_next,
    ...(insight?.takeaways ?? []), ...(insight?.technical ?? []), ...(discussion?.points ?? []),
    ...disputed.flatMap((/** @type {any} */ dispute) => [...dispute.sides, dispute.note]),
    ...(insight?.implications ?? []).map((/** @type {any} */ one) => one.rationale),
    ...(insight?.timeline ?? []).map((/** @type {any} */ entry) => entry.event),
  ].filter(Boolean);
}
