import assert from 'node:assert/strict';
import { test } from 'node:test';

import { formatBytes, formatCost, formatDate, formatDuration } from '../../extension/core/format.js';
import { asProblem, retryAfter } from '../../extension/core/problem.js';
import { marks } from '../../extension/core/writing.js';

const NOW = Date.UTC(2026, 10, 24, 12, 0, 0);

test('Retry-After is understood as seconds and as an instant', () => {
  assert.equal(retryAfter('30', NOW), 30);
  assert.equal(retryAfter(' 0 ', NOW), 0);
  assert.equal(retryAfter('Tue, 24 Nov 2026 12:02:00 GMT', NOW), 120);
  assert.equal(retryAfter('Tue, 24 Nov 2026 11:00:00 GMT', NOW), 0);
});

test('a Retry-After that says nothing is none, and nobody waits longer than a day', () => {
  for (const header of [null, '', 'soon', '-5x', '1.5.2']) assert.equal(retryAfter(header, NOW), null, String(header));
  assert.equal(retryAfter('99999999999999', NOW), 86_400);
  assert.equal(retryAfter('Tue, 24 Nov 2093 12:02:00 GMT', NOW), 86_400);
});

test('whatever a server says comes out as a problem', () => {
  for (const said of [null, undefined, 'no', 7, [], {}, { type: 7, title: {}, detail: [], status: 'x', retryable: 'yes' }]) {
    assert.deepEqual(asProblem(said, 503), { type: 'unknown', title: '', detail: '', status: 503, retryable: true, retryAfterS: null });
  }
  assert.equal(asProblem(null, 422).retryable, false);
  assert.equal(asProblem({ status: 429 }).retryable, true);
});

test('dates are as precise as they were given', () => {
  assert.equal(formatDate('2026', 'en-GB'), '2026');
  assert.equal(formatDate('2026-02', 'en-GB'), 'February 2026');
  assert.equal(formatDate('2026-02-23', 'en-GB'), '23 February 2026');
  assert.equal(formatDate('2026-02-23T23:59:59Z', 'en-GB'), '23 February 2026');
  assert.equal(formatDate('last spring', 'en-GB'), 'last spring');
  assert.equal(formatDate('2026-02-23', 'de-DE'), '23. Februar 2026');
});

test('durations use the largest unit that says it', () => {
  assert.deepEqual([0.04, 9.04, 59.4, 600, 7300, 23_632_036].map((seconds) => formatDuration(seconds, 'en-GB')), ['1s', '9s', '59s', '10 mins', '2h', '274 days']);
});

test('money and sizes are as precise as they matter', () => {
  assert.deepEqual([0.0031, 0.02, 1.5].map((usd) => formatCost(usd, 'en-GB')), ['$0.0031', '$0.02', '$1.50']);
  assert.deepEqual([12, 84_300, 3_210_000].map((bytes) => formatBytes(bytes, 'en-GB')), ['12 bytes', '84.3 kB', '3.21 MB']);
});

test('our words are marked where a text is in another language, and only there', () => {
  assert.deepEqual(marks('en-GB', 'en'), {});
  assert.deepEqual(marks('en-GB', 'ar'), { lang: 'en-GB', dir: 'ltr' });
  assert.deepEqual(marks('he', 'en'), { lang: 'he', dir: 'rtl' });
});
