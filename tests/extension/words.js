// The extension's words without a browser to look them up.

import { readFileSync } from 'node:fs';

const messages = JSON.parse(readFileSync(new URL('../../extension/_locales/en/messages.json', import.meta.url), 'utf8'));

/** @param {string} key @param {...(string | number)} substitutions */
export function t(key, ...substitutions) {
  if (!messages[key]) throw new Error(`_locales/en has no "${key}"`);
  return messages[key].message.replace(/\$(\d)/g, (_, n) => String(substitutions[n - 1] ?? ''));
}
