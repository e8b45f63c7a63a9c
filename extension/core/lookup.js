// Asking whether a card exists without saying for which page: the server is
// told three hex digits of the address's hash, one of 4,096 parts of all
// pages, and the rest is compared here.

export const PREFIX_DIGITS = 3;

/** @typedef {{suffix: string, id: string}} Match */

/** SHA-256 of a canonical URL, in hex. @param {string} key @returns {Promise<string>} */
export async function hashOf(key) {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(key));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * The card of the page with this hash among those that begin alike.
 *
 * @param {string} hash
 * @param {readonly Match[]} matches
 * @returns {string | null}
 */
export function cardIdOf(hash, matches) {
  return matches.find(({ suffix }) => suffix === hash.slice(PREFIX_DIGITS))?.id ?? null;
}

/**
 * What a server said, as far as it is in the shape it promises.
 *
 * @param {any} answer
 * @returns {Match[]}
 */
export function readMatches(answer) {
  const matches = Array.isArray(answer?.matches) ? answer.matches : [];
  return matches.filter((/** @type {any} */ match) => typeof match?.suffix === 'string' && typeof match?.id === 'string')
    .map((/** @type {any} */ { suffix, id }) => ({ suffix, id }));
}
