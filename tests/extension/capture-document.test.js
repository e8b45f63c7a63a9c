import assert from 'node:assert/strict';
import { test } from 'node:test';

import { captureOf } from '../../extension/core/capture-document.js';

const URL_OF_PAGE = 'https://www.reddit.com/r/a/comments/1zk2brw/t/';
const NOW = new Date('2026-11-24T09:00:00Z');
const shown = (comments, total) => ({ url: URL_OF_PAGE, html: '<p>', comments, total });
const own = (comments, total) => ({ json: [1], comments, total, isPrivate: false });

test('the page as it stands, in the form the server reads', () => {
  assert.deepEqual(captureOf(shown(84, 312), null, URL_OF_PAGE, NOW), {
    capture: { v: 1, url: URL_OF_PAGE, captured_at: '2026-11-24T09:00:00.000Z', via: 'dom', html: '<p>' },
    counts: { comments: 84, total: 312 },
  });
});

test('the page’s own data where it holds more, in its own form and nothing besides', () => {
  const { capture, counts } = captureOf(shown(84, 312), own(290, 312), URL_OF_PAGE, NOW);
  assert.deepEqual(capture, { v: 1, url: URL_OF_PAGE, captured_at: '2026-11-24T09:00:00.000Z', via: 'json', json: [1] });
  assert.deepEqual(counts, { comments: 290, total: 312 });
});

test('what the reader has unfolded beats an answer that holds less', () => {
  assert.equal(captureOf(shown(500, 900), own(480, 900), URL_OF_PAGE, NOW).capture.via, 'dom');
});

test('a layout nobody knows still gives the page’s own data', () => {
  assert.equal(captureOf(null, own(3, 3), URL_OF_PAGE, NOW).capture.via, 'json');
});

test('nothing read is nothing sent', () => {
  assert.deepEqual(captureOf(null, null, URL_OF_PAGE, NOW), { capture: null, counts: null });
});

test('nobody has read more than there is', () => {
  assert.deepEqual(captureOf(shown(85, 84), null, URL_OF_PAGE, NOW).counts, { comments: 85, total: 85 });
  assert.deepEqual(captureOf(shown(85, null), null, URL_OF_PAGE, NOW).counts, { comments: 85, total: null });
});

test('what only members may read goes as the data that says so, however little of it', () => {
  assert.equal(captureOf(shown(84, 84), { ...own(3, 84), isPrivate: true }, URL_OF_PAGE, NOW).capture.via, 'json');
});
