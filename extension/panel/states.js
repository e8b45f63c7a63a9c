// What the panel can be showing, each state drawn whole. Only the work in
// progress is brought up to date in place.

import { cardView } from '../core/card-view.js';
import { t } from '../i18n.js';
import { drawCard } from './card.js';
import { el } from './dom.js';

/** @typedef {import('../core/job-progress.js').Progress} Progress */
/** @typedef {import('../core/problem.js').Problem} Problem */

/**
 * @typedef {object} Page
 * @property {string} url
 * @property {string} title
 * @property {string} sent  what left this computer, '' when it is not known any more
 */

const main = () => /** @type {HTMLElement} */ (document.querySelector('main'));

/**
 * @param {string} name
 * @param {...(Node | string | null | false)} children
 */
function show(name, ...children) {
  document.body.dataset.state = name;
  main().replaceChildren(...children.filter((child) => child !== null && child !== false).map((child) => /** @type {Node | string} */ (child)));
}

/** Says something to a reader who cannot see it happen. @param {string} words */
export function announce(words) {
  const region = /** @type {HTMLElement} */ (document.querySelector('#announcer'));
  if (region.textContent !== words) region.textContent = words;
}

/** @param {() => void} makeCard */
export function showEmpty(makeCard) {
  show('empty', el('section', { class: 'welcome' },
    el('h1', {}, t('welcomeTitle')),
    el('p', {}, t('welcomeText')),
    el('button', { type: 'button', class: 'button primary', id: 'make-card', onclick: makeCard }, t('makeCard')),
    el('ul', { class: 'promises' }, el('li', {}, t('promiseQuotes')), el('li', {}, t('promisePrivate')))));
}

/** @param {string} words */
export function showBusy(words) {
  show('busy', el('p', { class: 'busy' }, words));
  announce(words);
}

/**
 * @param {Page} page
 * @param {Progress} progress
 * @param {{isConnected: boolean, cancel: () => void}} job
 */
export function showWorking(page, progress, { isConnected, cancel }) {
  if (document.body.dataset.state !== 'working') {
    show('working',
      el('section', { class: 'work', 'aria-label': t('workingTitle') },
        el('p', { class: 'page-title', dir: 'auto' }),
        el('ol', { class: 'stages' }, ...progress.stages.map(({ name }) => el('li', { 'data-stage': name }, el('span', { class: 'stage-name' }, t(`stage_${name}`)), el('span', { class: 'note', dir: 'auto' })))),
        el('p', { class: 'fine', id: 'connection' }),
        el('div', { class: 'work-foot' }, el('p', { class: 'fine sent' }), el('button', { type: 'button', class: 'quiet', id: 'cancel', onclick: cancel }, t('cancel')))),
      el('article', { class: 'card', 'aria-busy': 'true' }));
  }
  setText('.page-title', page.title || page.url);
  setText('.sent', page.sent);
  setText('#connection', isConnected ? '' : t('connectionLost'));
  for (const stage of progress.stages) drawStage(stage);
  // A card in the making has no address to open yet.
  if (progress.card) drawCard(/** @type {HTMLElement} */ (main().querySelector('.card')), { ...cardView(progress.card, t), permalink: null });
  announceStage(progress);
}

/** @param {import('../core/job-progress.js').Stage} stage */
function drawStage({ name, state, note }) {
  const item = /** @type {HTMLElement} */ (main().querySelector(`[data-stage="${name}"]`));
  item.dataset.state = state;
  item.setAttribute('aria-label', `${t(`stage_${name}`)}: ${t(`stageState_${state}`)}${note ? `, ${note}` : ''}`);
  if (state === 'working') item.setAttribute('aria-current', 'step');
  else item.removeAttribute('aria-current');
  setText(`[data-stage="${name}"] .note`, note ?? '');
}

/** @param {Progress} progress */
function announceStage({ stages }) {
  const current = stages.filter(({ state }) => state === 'working').at(-1);
  if (current) announce(current.note ? `${t(`stage_${current.name}`)}: ${current.note}` : t(`stage_${current.name}`));
}

/** @param {any} card */
export function showCard(card) {
  const view = cardView(card, t);
  const old = document.body.dataset.state === 'working' ? main().querySelector('.card') : null;
  const container = /** @type {HTMLElement} */ (old ?? el('article', { class: 'card' }));
  container.removeAttribute('aria-busy');
  drawCard(container, view);
  show('card', container);
  announce(t('cardReady', view.headline?.text ?? ''));
}

/**
 * @param {Problem} problem
 * @param {{server: string, retry: (() => void) | null, grant: (() => void) | null, openOptions: () => void}} ways
 */
export function showProblem(problem, { server, retry, grant, openOptions }) {
  const { title, detail } = wordsFor(problem, server);
  show('error', el('section', { class: 'problem', role: 'alert' },
    el('h1', { dir: 'auto' }, title),
    detail && el('p', { dir: 'auto' }, detail),
    el('div', { class: 'actions' },
      grant && el('button', { type: 'button', class: 'button primary', id: 'grant', onclick: grant }, t('allowServer', new URL(server).host)),
      retry && el('button', { type: 'button', class: `button ${grant ? '' : 'primary'}`, id: 'retry', onclick: retry }, t('tryAgain')),
      SERVER_PROBLEMS.has(problem.type) || problem.status === 401 || problem.status === 403
        ? el('button', { type: 'button', class: 'button', id: 'open-options', onclick: openOptions }, t('openOptions'))
        : null)));
  announce('');
}

const SERVER_PROBLEMS = new Set(['unreachable', 'not-threadproof', 'no-permission']);
const OWN_WORDS = new Set([...SERVER_PROBLEMS, 'job-lost', 'bad-page', 'no-page', 'cancelled']);

/** @param {Problem} problem @param {string} server */
function wordsFor({ type, title, detail, status }, server) {
  if (OWN_WORDS.has(type) && !title) return { title: t(`problem_${type.replaceAll('-', '_')}`, server), detail: t(`problem_${type.replaceAll('-', '_')}_detail`, server) };
  return { title: title || t('problem_unknown', status ?? ''), detail: detail || t('problem_unknown_detail') };
}

/** @param {string} selector @param {string} words */
function setText(selector, words) {
  const element = main().querySelector(selector);
  if (element && element.textContent !== words) element.textContent = words;
}

