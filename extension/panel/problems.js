// What went wrong, in words, with the next step as a button.

import { formatDuration } from '../core/format.js';
import { OWN_PROBLEMS } from '../core/problem.js';
import { safeLink } from '../core/safe-link.js';
import { parseWebAddress } from '../core/thread-url.js';
import { t } from '../i18n.js';
import { el, outLink } from './dom.js';
import { announce, show } from './states.js';

/** @typedef {import('../core/problem.js').Problem} Problem */

/**
 * @typedef {object} Ways  the next steps there are; null where one does not help
 * @property {string} server
 * @property {string | null} thread     its address, to be opened by the reader
 * @property {(() => void) | null} retry
 * @property {(() => void) | null} grant
 * @property {(() => void) | null} back  to the card that was shown before
 * @property {() => void} openOptions
 */

const SERVER_PROBLEMS = new Set(['unreachable', 'not-threadproof', 'no-permission', 'unauthorized', 'forbidden']);
// The thread can be read where its reader is signed in, if anywhere.
const THREAD_PROBLEMS = new Set(['thread-private', 'thread-unavailable', 'thread-unreadable']);

let clock = 0;

/** @param {Problem} problem @param {Ways} ways */
export function showProblem(problem, { server, thread, retry, grant, back, openOptions }) {
  clearInterval(clock);
  const { title, detail, isOurs } = wordsFor(problem, server);
  const theirs = isOurs ? {} : { lang: 'en' };
  const isServers = SERVER_PROBLEMS.has(problem.type) || problem.status === 401 || problem.status === 403;
  const openThread = THREAD_PROBLEMS.has(problem.type) && thread ? safeLink(thread) : null;
  show('error', el('section', { class: 'problem', role: 'alert', 'data-problem': problem.type },
    el('h1', { dir: 'auto', ...theirs }, title),
    detail && el('p', { dir: 'auto', ...theirs }, detail),
    openThread && el('p', {}, t('threadWay')),
    el('div', { class: 'actions' },
      grant && el('button', { type: 'button', class: 'button primary', id: 'grant', onclick: grant }, t('allowServer', hostOf(server))),
      openThread && outLink(openThread, { class: 'button primary', id: 'open-thread' }, t('openThread')),
      retry && retryButton(retry, problem.retryAfterS ?? 0, !grant && !openThread),
      isServers && el('button', { type: 'button', class: 'button', id: 'open-options', onclick: openOptions }, t('openOptions')),
      back && el('button', { type: 'button', class: 'button', id: 'back', onclick: back }, t('backToCard')))));
  announce('');
}

/** @param {string} server */
const hostOf = (server) => parseWebAddress(server)?.host ?? server;

/**
 * A button that can be pressed once the server wants to hear from us again.
 *
 * @param {() => void} retry
 * @param {number} waitS
 * @param {boolean} isFirst  whether it is the step to take
 */
function retryButton(retry, waitS, isFirst) {
  const button = /** @type {HTMLButtonElement} */ (el('button', { type: 'button', class: isFirst ? 'button primary' : 'button', id: 'retry', onclick: retry }));
  const openAt = Date.now() + waitS * 1000;
  const tick = () => {
    const leftS = Math.ceil((openAt - Date.now()) / 1000);
    button.disabled = leftS > 0;
    button.textContent = leftS > 0 ? t('tryAgainIn', formatDuration(leftS, t('locale'))) : t('tryAgain');
    if (leftS <= 0) clearInterval(clock);
  };
  if (waitS > 0) clock = setInterval(tick, 1000);
  tick();
  return button;
}

/** What a server left unsaid, by its answer's number. */
const BY_STATUS = /** @type {Record<number, string>} */ ({ 401: 'wrong_key', 403: 'refused', 404: 'not_here', 410: 'not_here', 413: 'too_large', 429: 'too_many' });

/** @param {Problem} problem @param {string} server @returns {{title: string, detail: string, isOurs: boolean}} */
function wordsFor({ type, title, detail, status }, server) {
  const isOurs = !title;
  const own = /** @type {readonly string[]} */ (OWN_PROBLEMS).includes(type) ? type.replaceAll('-', '_') : BY_STATUS[status ?? 0] ?? 'unknown';
  const number = status === null ? '' : String(status);
  return {
    title: title || t(`problem_${own}`, server, number),
    detail: detail || (isOurs || own !== 'unknown' ? t(`problem_${own}_detail`, server, number) : t('problem_unknown_detail')),
    isOurs,
  };
}
