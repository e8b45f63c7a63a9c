// The document in which a page's own showing travels to the server.

/** @typedef {{url: string, html: string, comments: number, total: number | null}} Shown  what a page shows */
/** @typedef {import('./own-json.js').OwnJson} OwnJson */

/**
 * The one of two readings that holds more of the thread, with what it holds. A
 * page need not show that its community is private; its data says so and goes
 * first then, or the card would be for everybody.
 *
 * @param {Shown | null} shown
 * @param {OwnJson | null} own
 * @param {string} url  the page's
 * @param {Date} now
 * @returns {Pick<import('../messages.js').PageSeen, 'capture' | 'counts'>}
 */
export function captureOf(shown, own, url, now) {
  const told = { v: /** @type {const} */ (1), url, captured_at: now.toISOString() };
  if (own && (!shown || own.isPrivate || own.comments > shown.comments)) {
    return { capture: { ...told, via: 'json', json: own.json }, counts: { comments: own.comments, total: atLeast(own) } };
  }
  if (!shown) return { capture: null, counts: null };
  return { capture: { ...told, via: 'dom', html: shown.html }, counts: { comments: shown.comments, total: atLeast(shown) } };
}

/** Sites count late; nobody has read 85 of 84. @param {{comments: number, total: number | null}} counts */
const atLeast = ({ comments, total }) => (total === null ? null : Math.max(total, comments));
