// Whether a public card exists for a page. Answers are kept for as long as the
// server says they hold, so walking through a thread's pages asks once.

import { lookUpCards } from './api.js';
import { canonical } from './core/canonical-url.js';
import { cardIdOf, hashOf, PREFIX_DIGITS } from './core/lookup.js';
import { loadLookups, loadSettings, saveLookups } from './storage.js';

/** @typedef {import('./core/lookup.js').Match} Match */

const KEPT_MS = 300_000;
// A server that does not answer is left alone for this long.
const SILENT_MS = 60_000;
const MOST_KEPT = 200;

/** Questions under way, by server and prefix: two tabs of one thread ask once. @type {Map<string, Promise<Match[]>>} */
const asking = new Map();

/** @param {unknown} address @returns {Promise<boolean>} */
export async function isCardKnown(address) {
  const key = canonical(address)?.key;
  if (!key) return false;
  const hash = await hashOf(key);
  return cardIdOf(hash, await matchesOf(hash.slice(0, PREFIX_DIGITS))) !== null;
}

/** @param {string} prefix @returns {Promise<Match[]>} */
async function matchesOf(prefix) {
  const { server } = await loadSettings();
  const name = `${server} ${prefix}`;
  const kept = (await loadLookups())[name];
  if (kept && Date.now() - kept.at < KEPT_MS) return kept.matches;
  const answer = asking.get(name) ?? askServer(server, prefix, name).finally(() => asking.delete(name));
  asking.set(name, answer);
  return answer;
}

/** @param {string} server @param {string} prefix @param {string} name @returns {Promise<Match[]>} */
async function askServer(server, prefix, name) {
  try {
    const matches = await lookUpCards(server, prefix);
    await keep(name, { at: Date.now(), matches });
    return matches;
  } catch (error) {
    console.warn('The server could not be asked for known cards.', error);
    await keep(name, { at: Date.now() - KEPT_MS + SILENT_MS, matches: [] });
    return [];
  }
}

/** @param {string} name @param {import('./storage.js').Lookup} lookup */
async function keep(name, lookup) {
  const { [name]: _old, ...others } = await loadLookups();
  const newest = Object.entries(others).sort(([, one], [, other]) => other.at - one.at).slice(0, MOST_KEPT - 1);
  await saveLookups(Object.fromEntries([[name, lookup], ...newest]));
}
