// The first page a reader sees: where the server is, how to ask, what is sent.

import { checkAccess } from '../api.js';
import { browser } from '../browser.js';
import { localise, t } from '../i18n.js';
import { loadSettings } from '../storage.js';

/** @param {'busy' | 'good' | 'bad'} state @param {string} words */
function report(state, words) {
  const result = /** @type {HTMLElement} */ (document.querySelector('#result'));
  result.dataset.state = state;
  result.textContent = words;
}

async function test() {
  const { server, key } = await loadSettings();
  report('busy', t('saving'));
  await checkAccess({ address: server, key }).then(
    () => report('good', t('firstOk', server)),
    () => report('bad', t('firstSilent', server)),
  );
}

localise(document);
document.title = t('firstTitle');
document.querySelector('#test')?.addEventListener('click', test);
document.querySelector('#options')?.addEventListener('click', () => browser.runtime.openOptionsPage());
