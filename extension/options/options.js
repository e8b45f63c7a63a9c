// The reader's choices. What reaches beyond a click needs the browser's
// consent, which it only asks for inside the click.

import { checkAccess } from '../api.js';
import { browser } from '../browser.js';
import { CARD_LANGUAGES } from '../core/languages.js';
import { ProblemError } from '../core/problem.js';
import { originPattern, serverAddress } from '../core/thread-url.js';
import { localise, t } from '../i18n.js';
import { loadSettings, rememberTheme, saveSettings } from '../storage.js';
import { switchBadge, switchInPage } from '../switches.js';

/** @typedef {import('../storage.js').Settings} Settings */

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
  const { server: former } = await loadSettings();
  await saveSettings({ server, key });
  await letGo(former, server);
  field('server').value = server;
  report('busy', t('saving'));
  return test({ address: server, key });
}

/** A server that is ours no more needs no permission; those on this computer cannot be given back. @param {string} former @param {string} server */
async function letGo(former, server) {
  const pattern = originPattern(former);
  if (pattern !== originPattern(server)) await browser.permissions.remove({ origins: [pattern] }).catch(() => false);
}

/** @param {import('../api.js').Server} server */
async function test(server) {
  try {
    await checkAccess(server);
    report('good', t('serverOk', server.address));
  } catch (error) {
    report('bad', testWords(error, server));
  }
}

/** @param {unknown} error @param {import('../api.js').Server} server */
function testWords(error, { address, key }) {
  const status = error instanceof ProblemError ? error.problem.status : null;
  if (status === null) return t('serverSilent', address);
  if (status === 401) return t('serverWrongKey', address);
  if (status === 403) return t(key ? 'serverWeakKey' : 'serverWantsKey', address);
  return t('serverWrong', address, status);
}

/** A choice that is saved as it is made. @param {string} id @param {'capture' | 'preview'} name */
function keepSwitch(id, name) {
  field(id).addEventListener('change', () => saveSettings({ [name]: field(id).checked }));
}

/** One that the browser has a say in. @param {string} id @param {(isOn: boolean) => Promise<boolean>} turn */
function askSwitch(id, turn) {
  field(id).addEventListener('change', async () => {
    const wanted = field(id).checked;
    const isOn = await turn(wanted);
    field(id).checked = isOn;
    const result = /** @type {HTMLElement} */ (document.querySelector('#switch-result'));
    result.textContent = wanted && !isOn ? t('switchRefused') : '';
  });
}

/** @param {Settings['theme']} theme */
function wear(theme) {
  rememberTheme(theme);
  document.documentElement.dataset.theme = theme;
}

/** @param {string} chosen */
function offerLanguages(chosen) {
  const names = new Intl.DisplayNames(t('locale'), { type: 'language' });
  const listed = [...new Set([...CARD_LANGUAGES, ...(chosen ? [chosen] : [])])].map((code) => ({ code, name: names.of(code) ?? code }));
  const sorted = listed.sort((one, other) => one.name.localeCompare(other.name, t('locale')));
  const select = /** @type {HTMLSelectElement} */ (document.querySelector('#lang'));
  select.replaceChildren(new Option(t('langAuto'), '', chosen === '', chosen === ''), ...sorted.map(({ code, name }) => new Option(name, code, false, code === chosen)));
  select.addEventListener('change', () => saveSettings({ lang: select.value }));
}

/** @param {Settings} settings */
function offerThemes({ theme }) {
  for (const choice of /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll('[name="theme"]'))) {
    choice.checked = choice.value === theme;
    choice.addEventListener('change', async () => {
      const chosen = /** @type {Settings['theme']} */ (choice.value);
      wear(chosen);
      await saveSettings({ theme: chosen });
    });
  }
}

async function start() {
  localise(document);
  document.title = t('optionsTitle');
  const settings = await loadSettings();
  field('server').value = settings.server;
  field('key').value = settings.key;
  field('capture').checked = settings.capture;
  field('preview').checked = settings.preview;
  field('in-page').checked = settings.inPage;
  field('badge').checked = settings.badge;
  wear(settings.theme);
  offerLanguages(settings.lang);
  offerThemes(settings);
  keepSwitch('capture', 'capture');
  keepSwitch('preview', 'preview');
  askSwitch('in-page', switchInPage);
  askSwitch('badge', switchBadge);
  document.querySelector('form')?.addEventListener('submit', (event) => {
    event.preventDefault();
    save();
  });
}

start();
