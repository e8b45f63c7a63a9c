// What the extension asks for and tells about itself, as the browsers show it.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

import { REDDIT_PAGES } from '../../extension/switches.js';

const root = new URL('../../extension/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('manifest.json', root), 'utf8'));

test('what is collected is told: where the reader is, what the page shows, the key that they gave', () => {
  const { required, optional } = manifest.browser_specific_settings.gecko.data_collection_permissions;
  assert.deepEqual(required, ['authenticationInfo', 'browsingActivity', 'websiteContent']);
  assert.equal(optional, undefined);
});

test('nothing runs in pages by itself: what reaches them is a file of the folder, put there by a click or a switch', () => {
  assert.equal(manifest.content_scripts, undefined);
  const injecting = readFileSync(new URL('see-page.js', root), 'utf8') + readFileSync(new URL('in-page.js', root), 'utf8');
  const files = [...injecting.matchAll(/'((?:capture|in-page)\/[\w-]+\.js)'/g)].map((match) => match[1]);
  assert.ok(files.length >= 8);
  for (const file of files) {
    assert.ok(existsSync(new URL(file, root)), file);
    assert.doesNotMatch(readFileSync(new URL(file, root), 'utf8'), /^\s*(?:import|export)\b/m, file);
  }
});

test('the switch in the page may only ask for what the manifest leaves to the reader', () => {
  assert.ok(REDDIT_PAGES.every((pattern) => /^https:\/\/\w+\.reddit\.com\/\*$/.test(pattern)));
  assert.ok(manifest.optional_host_permissions.includes('https://*/*'));
  assert.ok(!manifest.host_permissions.some((pattern) => pattern.includes('reddit')));
});

test('a key opens what a click on the button opens', () => {
  assert.deepEqual(Object.keys(manifest.commands), ['_execute_action']);
  assert.match(manifest.commands._execute_action.suggested_key.default, /^(?:Alt|Ctrl)\+(?:Shift\+)?[A-Z]$/);
});
