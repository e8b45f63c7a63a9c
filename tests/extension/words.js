// The extension's words without a browser to look them up.

import { readFileSync } from 'node:fs';

/** @param {string} locale @returns {Record<string, {message: string, description?: string}>} */
export const readMessages = (locale) => JSON.parse(readFileSync(new URL(`../../extension/_locales/${locale}/messages.json`, import.meta.url), 'utf8'));

/** @param {string} locale */
function translator(locale) {
  const messages = readMessages(locale);
  return (/** @type {string} */ key, /** @type {(string | number)[]} */ ...substitutions) => {
    if (!messages[key]) throw new Error(`_locales/${locale} has no "${key}"`);
    return messages[key].message.replace(/\$(\d)/g, (_, n) => String(substitutions[n - 1] ?? ''));
  };
}

export const t = translator('en');
export const de = translator('de');
