// The panel and the permalink page are one thing to look at.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const at = (/** @type {string} */ path) => new URL(`../../${path}`, import.meta.url);
const read = (/** @type {string} */ path) => readFileSync(at(path), 'utf8');
const page = read('server/pages/static/threadproof.css');
const ours = read('extension/look/tokens.css');

/** The tokens of the block that a text opens. @param {string} css @param {string} opening */
function tokens(css, opening) {
  const start = css.indexOf(opening);
  assert.ok(start >= 0, opening);
  const block = css.slice(start + opening.length, css.indexOf('}', start));
  return Object.fromEntries([...block.matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name, value.trim()]));
}

const light = tokens(page, ':root {\n  color-scheme: light dark;');
const dark = tokens(page, '@media (prefers-color-scheme: dark) {\n  :root {');
const mine = tokens(ours, ':root {\n  color-scheme: light dark;');

test('every token is the page’s, by day and by night', () => {
  for (const [name, value] of Object.entries(mine)) {
    assert.equal(value, dark[name] ? `light-dark(${light[name]}, ${dark[name]})` : light[name], name);
  }
  assert.ok(Object.keys(mine).length >= 14);
});

test('no colour stands anywhere but among the tokens', () => {
  const sheets = readdirSync(at('extension'), { recursive: true }).map(String).filter((path) => path.endsWith('.css') && !path.includes('node_modules') && path !== 'look/tokens.css');
  assert.ok(sheets.length >= 4);
  for (const path of sheets) {
    // Shadows and what dims the ground behind a dialog are black in both themes.
    assert.doesNotMatch(read(`extension/${path}`).replace(/rgb\(0 0 0 \/ \.\d+\)/g, ''), /#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch)a?\(/i, path);
  }
});

test('the scripts that need room and the languages in them are the page’s', () => {
  for (const rule of [/:lang\(zh\)[^{]+\{[^}]+?--serif: ([^;]+);/, /:lang\(ar\)[^{]+\{\s*--leading: ([^;]+);/]) assert.equal(rule.exec(ours)?.[1], rule.exec(page)?.[1]);
});

test('the fonts are the very files the page serves, with their licence', () => {
  const files = readdirSync(at('extension/look/fonts'));
  assert.ok(files.includes('OFL.txt') && files.length >= 3);
  for (const name of files) assert.ok(readFileSync(at(`extension/look/fonts/${name}`)).equals(readFileSync(at(`server/pages/static/fonts/${name}`))), name);
  const faces = (/** @type {string} */ css) => (css.match(/@font-face \{[^}]+\}/g) ?? []);
  const served = new Set(faces(read('server/pages/static/fonts.css')));
  assert.equal(faces(ours).length, files.length - 1);
  for (const face of faces(ours)) assert.ok(served.has(face), face);
});

test('the mark is the page’s', () => assert.equal(read('extension/icons/icon.svg'), read('server/pages/static/mark.svg')));
