// The extension as a folder: what a browser would refuse, and what a reader of
// the code relies on.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const root = new URL('../../extension/', import.meta.url);
const read = (path) => readFileSync(new URL(path, root), 'utf8');
const manifest = JSON.parse(read('manifest.json'));
const files = readdirSync(root, { recursive: true }).filter((path) => !/^(?:node_modules|dist)\b|^eslint\.config\.js$|^lint-package\.js$/.test(path));
const pages = files.filter((path) => path.endsWith('.html'));
const scripts = files.filter((path) => path.endsWith('.js'));

test('every file the manifest and the pages name exists', () => {
  const named = [JSON.stringify(manifest), ...pages.map(read)].join('\n').match(/[\w./-]+\.(?:js|css|png|svg|html)/g);
  for (const path of new Set(named)) {
    assert.ok(['', 'panel/', 'options/', 'look/', 'welcome/', 'history/', 'icons/'].some((folder) => existsSync(new URL(folder + path, root))), path);
  }
});

test('one manifest names the background for both browsers', () => {
  assert.equal(manifest.background.service_worker, 'background.js');
  assert.deepEqual(manifest.background.scripts, ['background.js']);
});

test('the extension asks for no more than a click needs', () => {
  assert.deepEqual(manifest.permissions, ['activeTab', 'contextMenus', 'scripting', 'sidePanel', 'storage']);
  assert.deepEqual(manifest.optional_permissions, ['tabs']);
  assert.deepEqual(manifest.host_permissions, ['http://127.0.0.1/*']);
  assert.equal(manifest.content_scripts, undefined);
  assert.equal(manifest.web_accessible_resources, undefined);
});

test('only api.js asks the server, only own-json.js the page, and only storage.js stores', () => {
  for (const path of scripts) {
    const code = read(path);
    if (path !== 'api.js' && path !== 'own-json.js') assert.doesNotMatch(code, /\bfetch\(|XMLHttpRequest|EventSource|sendBeacon|WebSocket/, path);
    // The theme is read before the first paint, when no module has run.
    if (path !== 'storage.js' && path !== 'look/theme.js') assert.doesNotMatch(code, /\.storage\b|localStorage|sessionStorage|indexedDB/, path);
  }
});

test('nothing is ever parsed as markup or run as code', () => {
  for (const path of scripts) {
    assert.doesNotMatch(read(path), /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\(|new Function|setHTML/, path);
  }
});

test('core knows no browser', () => {
  for (const path of scripts.filter((name) => name.startsWith('core/'))) {
    assert.doesNotMatch(read(path), /\b(?:chrome|browser|document|window|location)\./, path);
  }
});
