// The panel: one page at a time becomes a card. It may be closed at any moment;
// what it needs to go on is in storage, and opening it again goes on.

import { cancelJob, createCard, fetchCard, followJob } from '../api.js';
import { browser } from '../browser.js';
import { asProblem, ProblemError } from '../core/problem.js';
import { afterEvent, newProgress } from '../core/job-progress.js';
import { originPattern, pageKind } from '../core/thread-url.js';
import { localise, t } from '../i18n.js';
import { ask, SEE_PAGE } from '../messages.js';
import { loadCurrent, loadSettings, saveCurrent, takeClick, watchClicks } from '../storage.js';
import { showBusy, showCard, showEmpty, showProblem, showWorking } from './states.js';

/** @typedef {import('../api.js').Server} Server */
/** @typedef {import('../core/problem.js').Problem} Problem */
/** @typedef {import('../storage.js').Current} Current */
/** @typedef {import('./states.js').Page} Page */
/** @typedef {{tabId?: number, windowId?: number, url?: string}} Asked  which page the reader means */

// What the panel is at work on; replaced, and so stopped, by the next thing.
let work = new AbortController();

/**
 * Runs one piece of work in place of any other, and shows what goes wrong.
 *
 * @param {(server: Server, signal: AbortSignal) => Promise<void>} task
 * @param {(problem: Problem) => void} retry
 */
async function run(task, retry) {
  work.abort();
  const mine = new AbortController();
  work = mine;
  const { server: address, key } = await loadSettings();
  try {
    await task({ address, key }, mine.signal);
  } catch (error) {
    if (mine.signal.aborted) return;
    await explain(error, address, retry);
  }
}

/** @param {unknown} error @param {string} server @param {(problem: Problem) => void} retry */
async function explain(error, server, retry) {
  if (!(error instanceof ProblemError)) console.error(error);
  const problem = error instanceof ProblemError ? error.problem : asProblem(null);
  // What the server no longer has is not asked for again at the next opening.
  if (problem.status === 404) await saveCurrent(null);
  const isBarred = problem.type === 'unreachable' && !(await browser.permissions.contains({ origins: [originPattern(server)] }));
  showProblem(isBarred ? { ...problem, type: 'no-permission' } : problem, {
    server,
    retry: problem.retryable ? () => retry(problem) : null,
    grant: isBarred ? () => grant(server, () => retry(problem)) : null,
    openOptions,
  });
}

/** Called in a click, or the browser does not ask. @param {string} server @param {() => void} retry */
async function grant(server, retry) {
  if (await browser.permissions.request({ origins: [originPattern(server)] })) retry();
}

/** From a page to its card. @param {Asked} asked */
function makeCard(asked) {
  return run(async (server, signal) => {
    showBusy(t('readingPage'));
    const seen = await ask({ type: SEE_PAGE, ...asked });
    if (signal.aborted) return;
    if (!seen?.url) throw new ProblemError(asProblem({ type: 'no-page', retryable: false }));
    if (pageKind(seen.url).kind === 'none') throw new ProblemError(asProblem({ type: 'bad-page', retryable: false }));
    showBusy(t('askingServer'));
    const page = { url: seen.url, title: seen.title, sent: whatWasSent(seen) };
    const { card, job } = await createCard(server, { url: seen.url, ...(seen.capture && { capture: seen.capture }) }, signal);
    if (card) return present(card, page, server);
    await remember('job', job.id, page, server);
    await follow(job.id, page, server, signal);
  }, () => makeCard(asked));
}

/** Takes up again what the panel showed when it was closed. @param {Current} current */
function resume(current) {
  return run(async (server, signal) => {
    if (current.server !== server.address) return startOver();
    if (current.kind === 'job') return follow(current.id, { ...current, sent: '' }, server, signal);
    showBusy(t('askingServer'));
    showCard(await fetchCard(server, current.id, signal));
  }, ({ type }) => (type === 'job-lost' ? makeCardOf(current.url) : resume(current)));
}

/** @param {string} jobId @param {Page} page @param {Server} server @param {AbortSignal} signal */
async function follow(jobId, page, server, signal) {
  let progress = newProgress();
  const cancel = () => stop(jobId, page, server);
  showWorking(page, progress, { isConnected: true, cancel });
  for await (const event of followJob(server, jobId, signal)) {
    if (signal.aborted) return;
    progress = afterEvent(progress, event);
    if (progress.outcome) return finish(progress.outcome, page, server, signal);
    showWorking(page, progress, { isConnected: event.event !== 'disconnected', cancel });
  }
}

/** @param {import('../core/job-progress.js').Outcome} outcome @param {Page} page @param {Server} server @param {AbortSignal} signal */
async function finish(outcome, page, server, signal) {
  if (outcome.kind === 'card') return present(outcome.card, page, server);
  if (outcome.kind === 'saved') return present(await fetchCard(server, outcome.cardId, signal), page, server);
  await saveCurrent(null);
  const problem = outcome.kind === 'failed' ? outcome.problem : asProblem({ type: 'cancelled', retryable: true });
  showProblem(problem, { server: server.address, retry: problem.retryable ? () => makeCardOf(page.url) : null, grant: null, openOptions });
}

/** @param {any} card @param {Page} page @param {Server} server */
async function present(card, page, server) {
  if (typeof card.id === 'string') await remember('card', card.id, page, server);
  showCard(card);
}

/** @param {Current['kind']} kind @param {string} id @param {Page} page @param {Server} server */
function remember(kind, id, page, server) {
  return saveCurrent({ kind, id, server: server.address, url: page.url, title: page.title });
}

/** @param {string} jobId @param {Page} page @param {Server} server */
async function stop(jobId, page, server) {
  work.abort();
  await cancelJob(server, jobId).catch((error) => console.warn('The job could not be cancelled.', error));
  await finish({ kind: 'cancelled' }, page, server, work.signal);
}

async function startOver() {
  await saveCurrent(null);
  showEmpty(makeCardHere);
}

/** Once more for a page whose tab we may no longer know. @param {string} url */
async function makeCardOf(url) {
  const { tabId } = parameters();
  return makeCard({ ...(tabId === undefined ? { windowId: await ownWindow() } : { tabId }), url });
}

/** The page in front of the reader. */
async function makeCardHere() {
  const { tabId } = parameters();
  return makeCard(tabId === undefined ? { windowId: await ownWindow() } : { tabId });
}

/** @param {import('../messages.js').PageSeen} seen */
function whatWasSent({ capture, counts }) {
  if (!capture || !counts) return t('sentAddress');
  return counts.total === null ? t('sentCapture', counts.comments) : t('sentCaptureOf', counts.comments, counts.total);
}

/** @returns {Promise<number>} */
const ownWindow = async () => (await browser.windows.getCurrent()).id;

const openOptions = () => browser.runtime.openOptionsPage();

/** The panel opened as a page of its own is told its page in the address. @returns {Asked} */
function parameters() {
  const given = new URLSearchParams(location.search);
  const tab = Number.parseInt(given.get('tab') ?? '', 10);
  return { ...(Number.isNaN(tab) ? {} : { tabId: tab }), ...(given.get('url') ? { url: given.get('url') ?? '' } : {}) };
}

async function takeWaitingClick() {
  const click = await takeClick(await ownWindow());
  if (click) makeCard({ tabId: click.tabId, url: click.url });
  return click !== null;
}

async function start() {
  localise(document);
  document.querySelector('#new-card')?.addEventListener('click', makeCardHere);
  document.querySelector('#options')?.addEventListener('click', openOptions);
  const asked = parameters();
  if (asked.tabId !== undefined || asked.url) return makeCard(asked);
  watchClicks(takeWaitingClick);
  if (await takeWaitingClick()) return undefined;
  const current = await loadCurrent();
  return current ? resume(current) : startOver();
}

start();
