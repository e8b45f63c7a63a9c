// What is new since the version the reader has seen.

import { cardChanges, isUnchanged } from '../core/card-changes.js';
import { countWords } from '../core/count-words.js';
import { ProblemError } from '../core/problem.js';
import { text } from '../core/shapes.js';
import { t } from '../i18n.js';
import { openDialog } from './dialog.js';
import { el } from './dom.js';

/** @param {any} card @param {() => Promise<any>} fetchEarlier */
export async function showChanges(card, fetchEarlier) {
  const body = el('div', { class: 'changes', role: 'status' }, el('p', { class: 'busy' }, t('askingServer')));
  openDialog(t('whatIsNew'), body);
  try {
    const earlier = await fetchEarlier();
    body.replaceChildren(...draw(cardChanges(earlier, card), earlier.version));
  } catch (error) {
    if (!(error instanceof ProblemError)) console.error(error);
    body.replaceChildren(el('p', {}, t('changesUnknown')));
  }
}

/** @param {import('../core/card-changes.js').Changes} changes @param {number} version */
function draw(changes, version) {
  if (isUnchanged(changes)) return [el('p', {}, t('nothingNew', version))];
  const { told, added, dropped, sources, comments } = changes;
  return [
    el('p', { class: 'fine' }, t('changesSince', version)),
    ...told.map((summary) => el('p', { dir: 'auto' }, text(summary))),
    comments > 0 && el('p', {}, countWords(t, 'moreComments', comments)),
    listed('added', t('changesAdded'), added),
    listed('dropped', t('changesDropped'), dropped),
    listed('sources', t('changesSources'), sources),
  ].filter((part) => part !== false && part !== null);
}

/** @param {string} name @param {string} title @param {string[]} sentences */
function listed(name, title, sentences) {
  if (sentences.length === 0) return null;
  const tag = name === 'dropped' ? 'del' : 'ins';
  return el('section', { class: name }, el('h3', {}, title), el('ul', {}, ...sentences.map((sentence) =>
    el('li', { dir: 'auto' }, name === 'sources' ? text(sentence) : el(tag, {}, text(sentence))))));
}
