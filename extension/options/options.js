// Where the server is. An address outside this computer needs the browser's
// consent, which it only asks for inside the click.

import { checkHealth } from '../api.js';
import { browser } from '../browser.js';
import { ProblemError } from '../core/problem.js';
import { originPattern, serverAddress } from '../core/thread-url.js';
import { localise, t } from '../i18n.js';
import { loadSettings, saveSettings } from '../storage.js';

/** @param {string} id */
const field = (id) => /** @type {HTMLInputElement} */ (document.querySelector(`#${id}`));

/** @param {'busy' | 'good' | 'bad'} state @param {string} words */
function report(state, words) {
  const result = /** @type {HTMLElement} */ (document.querySelector('#result'));
  result.dataset.state = state;
  result.textContent = words;
}

async function save() {
  const server = serverAddress(field('server').value);
  if (!server) return report('bad', t('serverBadAddress'));
  // First in the click: after another await Firefox would not ask.
  const isAllowed = await browser.permissions.request({ origins: [originPattern(server)] });
  if (!isAllowed) return report('bad', t('serverRefused', server));
  const key = field('key').value.trim();
  await saveSettings({ server, key });
  field('server').value = server;
  report('busy', t('saving'));
  return test({ address: server, key });
}

/** @param {import('../api.js').Server} server */
async function test(server) {
  try {
    await checkHealth(server);
    report('good', t('serverOk', server.address));
  } catch (error) {
    const status = error instanceof ProblemError ? error.problem.status : null;
    report('bad', status === null ? t('serverSilent', server.address) : t('serverWrong', server.address, status));
  }
}

async function start() {
  localise(document);
  const { server, key } = await loadSettings();
  field('server').value = server;
  field('key').value = key;
  document.querySelector('form')?.addEventListener('submit', (event) => {
    event.preventDefault();
    save();
  });
}

start();
