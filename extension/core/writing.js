// In which direction a text runs, and how our own words are marked within it.

const RIGHT_TO_LEFT = new Set(['ar', 'arc', 'ckb', 'dv', 'fa', 'he', 'ps', 'sd', 'ug', 'ur', 'yi']);

/** A language without script, region and variants. @param {string} language */
export const primary = (language) => language.split('-')[0].toLowerCase();

/** @param {string} language @returns {'ltr' | 'rtl'} */
export const directionOf = (language) => (RIGHT_TO_LEFT.has(primary(language)) ? 'rtl' : 'ltr');

/**
 * The attributes for words in one language within a text of another; none
 * where they are the same.
 *
 * @param {string} ours
 * @param {string} theirs
 * @returns {{lang?: string, dir?: 'ltr' | 'rtl'}}
 */
export function marks(ours, theirs) {
  return primary(ours) === primary(theirs) ? {} : { lang: ours, dir: directionOf(ours) };
}
