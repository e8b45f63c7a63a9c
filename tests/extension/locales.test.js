// Every word comes from _locales: none is missing in any language, none is idle.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

import { OWN_PROBLEMS } from '../../extension/core/problem.js';
import { STAGES } from '../../extension/core/job-progress.js';
import { THEMES } from '../../extension/storage.js';
import { readMessages } from './words.js';

const root = new URL('../../extension/', import.meta.url);
const locales = readdirSync(new URL('_locales', root));
const english = readMessages('en');
const files = readdirSync(root, { recursive: true }).filter((path) => !/^(?:node_modules|dist)\b/.test(path));
const code = files.filter((path) => /\.(?:js|html)$|^manifest\.json$/.test(path)).map((path) => readFileSync(new URL(path, root), 'utf8')).join('\n');

/** What comes after a key's beginning, where the rest is worked out. */
const ENDINGS = {
  stage_: STAGES,
  stageState_: ['waiting', 'working', 'done'],
  connection_: ['lost', 'offline'],
  kind_: ['thread', 'web', 'interpretation'],
  freshness_: ['fresh', 'aging', 'stale'],
  visibility_: ['unlisted', 'private'],
  section_: ['tldr', 'takeaways', 'technical', 'discussion', 'disputed', 'implications', 'timeline'],
  theme_: THEMES,
};
const PROBLEMS = [...OWN_PROBLEMS.map((type) => type.replaceAll('-', '_')), 'wrong_key', 'refused', 'not_here', 'too_large', 'too_many', 'unknown'];

const named = [...code.matchAll(/\bt\('(\w+)'|data-i18n(?:-label)?="(\w+)"|__MSG_(\w+)__/g)].map((match) => match[1] ?? match[2] ?? match[3]);
const chosen = [...code.matchAll(/\bt\([^'()\n]+(?:'\w+' )?\? '(\w+)' : '(\w+)'/g)].flatMap(([, one, other]) => [one, other]);
const counted = [...code.matchAll(/\bcountWords\(t, '(\w+)'/g)].flatMap(([, key]) => [`${key}_one`, `${key}_other`]);
const workedOut = Object.entries(ENDINGS).flatMap(([start, ends]) => ends.map((end) => start + end));
const problems = PROBLEMS.flatMap((name) => [`problem_${name}`, `problem_${name}_detail`]);
const used = new Set([...named, ...chosen, ...counted, ...workedOut, ...problems]);

test('every key used is there, and every key there is used', () => {
  assert.deepEqual([...used].filter((key) => !english[key]), [], 'used, and not there');
  assert.deepEqual(Object.keys(english).filter((key) => !used.has(key)), [], 'there, and not used');
});

test('no key is worked out in a way this test does not know', () => {
  const starts = new Set([...code.matchAll(/\bt\(`(\w+)\$\{/g)].map(([, start]) => start));
  assert.deepEqual([...starts].filter((start) => !ENDINGS[start] && start !== 'problem_'), []);
  for (const start of Object.keys(ENDINGS)) assert.ok(starts.has(start) || code.includes(`="${start}`), start);
});

for (const locale of locales) {
  test(`${locale} has the keys that English has, in its order`, () => assert.deepEqual(Object.keys(readMessages(locale)), Object.keys(english)));

  test(`${locale} says something under every key, with the same places to fill`, () => {
    const places = (/** @type {string} */ message) => [...new Set(message.match(/\$\d/g))].sort();
    for (const [key, { message }] of Object.entries(readMessages(locale))) {
      assert.ok(message.trim(), key);
      assert.deepEqual(places(message), places(english[key].message), key);
      // A dollar that is no place would be eaten.
      assert.doesNotMatch(message, /\$(?!\d)/, key);
    }
  });

  test(`${locale} keeps to what the stores and the toolbar show`, () => {
    const messages = readMessages(locale);
    assert.ok(messages.extensionDescription.message.length <= 132, `${messages.extensionDescription.message.length}`);
    assert.ok(new Intl.DateTimeFormat(messages.locale.message).resolvedOptions().locale.startsWith(locale));
  });
}

test('German is no copy', () => {
  const german = readMessages('de');
  const same = Object.keys(english).filter((key) => german[key].message === english[key].message);
  assert.deepEqual(same, ['extensionName', 'serverTitle']);
});
