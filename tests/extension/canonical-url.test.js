// The server's table of addresses, read by both languages. Left to the server
// alone: addresses without a scheme, and those that only carry another one.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { canonical } from '../../extension/core/canonical-url.js';

const cases = JSON.parse(readFileSync(new URL('../cases/urls.json', import.meta.url), 'utf8'));
const CARRIERS = /^https?:\/\/(?:out\.reddit\.com|www\.google\.com\/(?:amp|url)|www-reddit-com\.cdn|www\.reddit\.com\/(?:login|over18)\b|news\.ycombinator\.com\/reply)|hn\.algolia|firebaseio|api\.github|\/api\/v3\//;
const isPageOfABrowser = (address) => /^\s*https?:/i.test(address) && !CARRIERS.test(address);

for (const { key, kind, spellings } of cases.threads) {
  test(`every spelling of ${key} gives it`, () => {
    for (const address of spellings.filter(isPageOfABrowser)) {
      assert.deepEqual(canonical(address), { site: kind === 'page' ? null : kind, key }, address);
    }
  });
}

test("a comment's address gives its thread's", () => {
  for (const { url, key } of cases.comments.filter(({ url }) => isPageOfABrowser(url))) assert.equal(canonical(url)?.key, key, url);
});

test('what only a look-up can tell has no key', () => {
  for (const { url } of cases.lookups) {
    const found = canonical(url);
    assert.ok(found?.site, url);
    assert.equal(found.key, null, url);
  }
});

test('different threads have different keys', () => {
  for (const [one, other] of cases.different) assert.notEqual(canonical(one)?.key ?? one, canonical(other)?.key ?? other, `${one} ${other}`);
});

test('what is no web address gives nothing', () => {
  const relative = new Set(['https://exa mple.com/']);
  for (const address of cases.invalid.filter((text) => !relative.has(text))) assert.ok(!canonical(address)?.site, address);
});

test('the table is really read', () => {
  const read = cases.threads.flatMap(({ spellings }) => spellings).filter(isPageOfABrowser);
  assert.ok(read.length > 90, String(read.length));
});
