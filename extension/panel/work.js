// From a page to its card. The panel may be closed at any moment; what it
// needs to go on is in storage, and opening it again goes on.

import { cancelJob, createCard, fetchCard, fetchMarkdown, sendCorrection } from '../api.js';
import { browser } from '../browser.js';
import { countWords } from '../core/count-words.js';
import { afterEvent, newProgress } from '../core/job-progress.js';
import { asProblem, ProblemError } from '../core/problem.js';
import { originPattern } from '../core/thread-url.js';
import { t } from '../i18n.js';
import { followJob } from '../job-stream.js';
import { ask, SEE_PAGE } from '../messages.js';
import { addVisit, loadHistory, loadSettings, saveCurrent } from '../storage.js';
import { openOptions, ownWindow, parameters } from './place.js';
import { showProblem } from './problems.js';
import { showBusy, showCard, showEmpty, showOffer, showPreview, showWorking } from './states.js';

/** @typedef {import('../api.js').Server} Server */
/** @typedef {import('../core/problem.js').Problem} Problem */
/** @typedef {import('../messages.js').PageSeen} PageSeen */
/** @typedef {import('../storage.js').Current} Current */
/** @typedef {import('../storage.js').Settings} Settings */
/** @typedef {import('./states.js').Page} Page */

/** @typedef {import('./place.js').Asked} Asked */
/** @typedef {{settings: Settings, server: Server, signal: AbortSignal}} Task  what a piece of work is done with */

const RECENT = 3;

// What the panel is at work on; replaced, and so stopped, by the next thing.
let work = new AbortController();

/**
 * Runs one piece of work in place of any other, and shows what goes wrong.
 *
 * @param {(task: Task) => Promise<unknown>} task
 * @param {{retry: (problem: Problem) => void, thread?: string, back?: () => void}} ways
 */
async function run(task, ways) {
  work.abort();
  const mine = new AbortController();
  work = mine;
  const settings = await loadSettings();
  try {
    await task({ settings, server: { address: settings.server, key: settings.key }, signal: mine.signal });
  } catch (error) {
    if (!mine.signal.aborted) await explain(error, settings.server, ways);
  }
}

/** @param {unknown} error @param {string} server @param {{retry: (problem: Problem) => void, thread?: string, back?: () => void}} ways */
async function explain(error, server, { retry, thread, back }) {
  if (!(error instanceof ProblemError)) console.error(error);
  const problem = error instanceof ProblemError ? error.problem : asProblem(null);
  // What the server no longer has is not asked for again at the next opening.
  if (problem.status === 404 || problem.status === 410) await saveCurrent(await ownWindow(), null);
  const isBarred = problem.type === 'unreachable' && !(await browser.permissions.contains({ origins: [originPattern(server)] }));
  showProblem(isBarred ? { ...problem, type: 'no-permission' } : problem, {
    server,
    thread: thread ?? null,
    retry: problem.retryable ? () => retry(problem) : null,
    grant: isBarred ? () => grant(server, () => retry(problem)) : null,
    back: back ?? null,
    openOptions,
  });
}

/** Called in a click, or the browser does not ask. @param {string} server @param {() => void} retry */
async function grant(server, retry) {
  if (await browser.permissions.request({ origins: [originPattern(server)] })) retry();
}

/** From a page to its card. @param {Asked} asked @param {() => void} [back]  to the card that is being made anew */
export function makeCard(asked, back) {
  return run(async (task) => {
    showBusy(t('readingPage'));
    const { tabId, windowId, url } = asked;
    const seen = await ask({ type: SEE_PAGE, tabId, windowId, url });
    if (task.signal.aborted) return;
    if (!seen?.url) throw new ProblemError(asProblem({ type: 'no-page', retryable: false }));
    if (seen.kind === 'none') throw new ProblemError(asProblem({ type: 'bad-page', retryable: false }));
    const isThread = seen.kind !== 'page' || seen.capture !== null;
    if (isThread || asked.isNamed) consider(seen, asked, task, back);
    else showOffer(seen, () => consider(seen, asked, task, back));
  }, { retry: () => makeCard(asked, back), thread: asked.url, back });
}

/** What is sent is shown first, where the reader wants that. @param {PageSeen} seen @param {Asked} asked @param {Task} task @param {(() => void) | undefined} back */
function consider(seen, asked, { settings }, back) {
  if (!settings.capture || !seen.capture) return send({ ...seen, capture: null }, asked, back);
  if (!settings.preview) return send(seen, asked, back);
  return showPreview(seen, {
    send: () => send(seen, asked, back),
    sendAddress: () => send({ ...seen, capture: null }, asked, back),
    cancel: () => (back ? back() : startOver()),
  });
}

/** @param {PageSeen} seen @param {Asked} asked @param {(() => void) | undefined} back */
function send(seen, asked, back) {
  const url = /** @type {string} */ (seen.url);
  return run(async ({ settings, server, signal }) => {
    showBusy(t('askingServer'));
    const { card, job } = await createCard(server, {
      url,
      ...(settings.lang && { lang: settings.lang }),
      ...(asked.refresh && { refresh: true }),
      ...(seen.capture && { capture: seen.capture }),
    }, signal);
    const page = { url, title: seen.title, sent: whatWasSent(seen) };
    if (card) return present(card, page, server);
    await remember('job', job.id, page, server);
    return follow(job.id, page, server, signal, back);
  }, { retry: () => makeCard({ ...asked, isNamed: true }, back), thread: seen.capture ? undefined : url, back });
}

/** Takes up again what the panel showed when it was closed. @param {Current} current */
export function resume(current) {
  const { id, kind, url, title, sent } = current;
  const page = { url, title, sent: sent ?? '' };
  return run(async ({ server, signal }) => {
    if (current.server !== server.address) return startOver();
    if (kind === 'job') return follow(id, page, server, signal);
    showBusy(t('askingServer'));
    return present(await fetchCard(server, id, signal), page, server);
  }, { retry: ({ type }) => (type === 'job-lost' ? makeCardOf(url) : resume(current)), thread: url });
}

/** @param {string} jobId @param {Page} page @param {Server} server @param {AbortSignal} signal @param {() => void} [back] */
async function follow(jobId, page, server, signal, back) {
  let progress = newProgress();
  const job = { server: server.address, cancel: () => stop(jobId, page, server, back) };
  showWorking(page, progress, { ...job, connection: 'good' });
  try {
    for await (const event of followJob(server, jobId, signal)) {
      if (signal.aborted) return;
      progress = afterEvent(progress, event);
      if (progress.outcome) return await finish(progress.outcome, page, server, signal, back);
      showWorking(page, progress, { ...job, connection: connection(event.event) });
    }
  } catch (error) {
    if (signal.aborted || !isAway(error)) throw error;
    // The job goes on without us: trying again takes it up where it is.
    await explain(error, server.address, { retry: () => resumeJob(jobId, page, server), back });
  }
}

/** @param {string} event */
const connection = (event) => (event !== 'disconnected' ? 'good' : navigator.onLine ? 'lost' : 'offline');

/** @param {unknown} error */
const isAway = (error) => error instanceof ProblemError && ['unreachable', 'offline'].includes(error.problem.type);

/** @param {string} id @param {Page} page @param {Server} server */
const resumeJob = (id, page, server) => resume({ kind: 'job', id, server: server.address, ...page });

/** @param {import('../core/job-progress.js').Outcome} outcome @param {Page} page @param {Server} server @param {AbortSignal} signal @param {() => void} [back] */
async function finish(outcome, page, server, signal, back) {
  if (outcome.kind === 'card') return present(outcome.card, page, server);
  if (outcome.kind === 'saved') return present(await fetchCard(server, outcome.cardId, signal), page, server);
  await saveCurrent(await ownWindow(), null);
  const problem = outcome.kind === 'failed' ? outcome.problem : asProblem({ type: 'cancelled', retryable: true });
  return showProblem(problem, {
    server: server.address,
    thread: page.sent === t('sentAddress') ? page.url : null,
    retry: problem.retryable ? () => makeCardOf(page.url) : null,
    grant: null,
    back: back ?? null,
    openOptions,
  });
}

/** Drawn first, written down afterwards: the reader waits for the one alone. @param {any} card @param {Page} page @param {Server} server */
async function present(card, page, server) {
  const { id, version } = card;
  /** @type {number | null} */
  let earlier = version > 1 ? version - 1 : null;
  const draw = () => showCard(card, {
    server: server.address,
    sent: page.sent,
    refresh: () => makeCardOf(card.thread.url, { refresh: true, back: draw }),
    fetchMarkdown: () => fetchMarkdown(server, id),
    fetchEarlier: earlier === null ? null : () => fetchCard(server, id, AbortSignal.timeout(30_000), earlier ?? undefined),
    correct: (correction) => sendCorrection(server, id, correction),
  });
  draw();
  const seen = (await loadHistory()).find((visit) => visit.id === id && visit.server === server.address);
  if (seen && seen.version < version) earlier = seen.version;
  await remember('card', id, page, server);
  const { community, site, url } = card.thread;
  await addVisit({ id, server: server.address, url, headline: card.headline.text, place: community ?? site, version, at: Date.now() });
}

/** @param {Current['kind']} kind @param {string} id @param {Page} page @param {Server} server */
async function remember(kind, id, { url, title, sent }, server) {
  await saveCurrent(await ownWindow(), { kind, id, server: server.address, url, title, sent });
}

/** @param {string} jobId @param {Page} page @param {Server} server @param {(() => void) | undefined} back */
async function stop(jobId, page, server, back) {
  work.abort();
  await cancelJob(server, jobId).catch((error) => console.warn('The job could not be cancelled.', error));
  await finish({ kind: 'cancelled' }, page, server, work.signal, back);
}

/** The panel as it is before anything was asked of it. */
export async function startOver() {
  work.abort();
  const { server } = await loadSettings();
  await saveCurrent(await ownWindow(), null);
  const recent = (await loadHistory()).filter((visit) => visit.server === server).slice(0, RECENT);
  showEmpty(makeCardHere, recent.map((visit) => ({
    headline: visit.headline,
    place: visit.place,
    open: () => resume({ kind: 'card', id: visit.id, server: visit.server, url: visit.url, title: visit.headline, sent: '' }),
  })));
}

/** Once more for a page whose tab we may no longer know. @param {string} url @param {{refresh?: boolean, back?: () => void}} [how] */
async function makeCardOf(url, { refresh = false, back } = {}) {
  return makeCard({ windowId: await ownWindow(), url, isNamed: true, refresh }, back);
}

/** The page in front of the reader. */
export async function makeCardHere() {
  const { tabId } = parameters();
  return makeCard({ ...(tabId === undefined ? { windowId: await ownWindow() } : { tabId }), isNamed: true });
}

/** @param {PageSeen} seen */
function whatWasSent({ capture, counts }) {
  if (!capture || !counts) return t('sentAddress');
  return counts.total === null ? countWords(t, 'sentCapture', counts.comments) : countWords(t, 'sentCaptureOf', counts.total, counts.comments);
}
