// A number with its noun: languages say one and many in different words.

import { formatNumber, formatter } from './format.js';

/** @typedef {(key: string, ...substitutions: (string | number)[]) => string} Translate */

/**
 * The words under `key_one` or `key_other`, the first number being what is
 * counted. A language with more forms takes the last for the rest of them.
 *
 * @param {Translate} t
 * @param {string} key
 * @param {number} count
 * @param {...(string | number)} others
 */
export function countWords(t, key, count, ...others) {
  const locale = t('locale');
  const form = formatter('PluralRules', locale).select(count) === 'one' ? 'one' : 'other';
  return t(`${key}_${form}`, formatNumber(count, locale), ...others.map((other) => (typeof other === 'number' ? formatNumber(other, locale) : other)));
}
