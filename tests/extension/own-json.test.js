// What may leave of the answer that Reddit gives a person who is signed in.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ownJsonPath, readOwnJson } from '../../extension/core/own-json.js';

const KEY = 'https://www.reddit.com/comments/1abcde/';
const listing = (...children) => ({ kind: 'Listing', data: { after: null, children } });
const comment = (id, body, replies = '', more = {}) => ({
  kind: 't1',
  data: { id, author: 'slab_otter', body, body_html: `<!-- SC_OFF --><div class="md"><p>${body}</p></div><!-- SC_ON -->`, score: 7, created_utc: 1760000600, replies, ...more },
});
const POST = { kind: 't3', data: { id: '1abcde', title: 'Cone 6 drifts', author: 'clay_fern', selftext: '', selftext_html: null, num_comments: 9, permalink: '/r/kilnlog/comments/1abcde/x/', subreddit: 'kilnlog' } };
const THREAD = [
  listing(POST),
  listing(
    comment('a', 'Mine too.', listing(comment('b', 'Which firmware?', '', { is_submitter: true }), { kind: 'more', data: { children: ['x'] } })),
    comment('c', '[removed]', listing(comment('d', 'I saw it.'))),
    comment('e', '[deleted]'),
    comment('f', '![gif](giphy|x)', '', { body_html: '<div class="md"><p><img src="x"></p></div>' }),
  ),
];
const read = (thread) => readOwnJson(JSON.stringify(thread), KEY);

/** The same with somebody's name and token in every object of it. */
function signedIn(value) {
  if (Array.isArray(value)) return value.map(signedIn);
  if (typeof value !== 'object' || value === null) return value;
  const filled = Object.fromEntries(Object.entries(value).map(([name, inside]) => [name, signedIn(inside)]));
  return { ...filled, modhash: 'quiet_heron_42', likes: true, saved: true, mod_note: 'quiet_heron_42', user_reports: [['quiet_heron_42', 1]], new_field: { name: 'quiet_heron_42' } };
}

test('a thread keeps its words, their order, who said them and when', () => {
  const { json, comments, total } = read(THREAD);
  const [[post], told] = json.map(({ data }) => data.children);
  assert.equal(post.data.title, 'Cone 6 drifts');
  assert.deepEqual(told.map(({ data }) => data.id), ['a', 'c', 'e', 'f']);
  assert.deepEqual(told[0].data.replies.data.children.map(({ data }) => [data.id, data.is_submitter]), [['b', true]]);
  assert.match(told[0].data.body_html, /Mine too\./);
  assert.deepEqual([comments, total], [3, 9]);
});

test('a comment that is gone, or holds no word, is not counted as read', () => {
  assert.equal(read([listing(POST), listing(comment('c', '[removed]'), comment('e', '[deleted]'), comment('g', '[ Removed by Reddit ]'))]).comments, 0);
});

test('who is signed in leaves nothing in it, wherever Reddit may put them', () => {
  assert.deepEqual(read(signedIn(THREAD)), read(THREAD));
  assert.doesNotMatch(JSON.stringify(read(signedIn(THREAD))), /quiet_heron_42/);
});

test("a poll keeps its options and not its reader's choice", () => {
  const post = { ...POST, data: { ...POST.data, poll_data: { user_selection: '2', options: [{ id: '1', text: 'Yes' }, { id: '2', text: 'No' }] } } };
  assert.deepEqual(read([listing(post), listing()]).json[0].data.children[0].data.poll_data, { options: [{ text: 'Yes' }, { text: 'No' }] });
});

test('that a community is private goes with it, so that the card will be', () => {
  const post = { ...POST, data: { ...POST.data, subreddit_type: 'private', quarantine: true } };
  const { json, isPrivate } = read([listing(post), listing()]);
  const { subreddit_type: type, quarantine } = json[0].data.children[0].data;
  assert.deepEqual([type, quarantine, isPrivate], ['private', true, true]);
  assert.equal(read(THREAD).isPrivate, false);
});

test('what is not this thread gives nothing', () => {
  const other = { ...POST, data: { ...POST.data, id: '2other' } };
  for (const answer of [[listing(other), listing()], { error: 403, reason: 'private' }, [], null, 7, 'text', [listing()], [null, null]]) assert.equal(read(answer), null, JSON.stringify(answer));
  assert.equal(readOwnJson('<html>blocked</html>', KEY), null);
});

test('of an answer larger than the server takes whole trees are left out, and not counted', () => {
  const { json, comments } = read([listing(POST), listing(comment('a', 'One.', listing(comment('b', 'Two.'))), comment('c', 'x'.repeat(3_000_000)), comment('d', 'x'.repeat(2_000_000)), comment('e', 'y'))]);
  assert.deepEqual(json[1].data.children.map(({ data }) => data.id), ['a', 'c']);
  assert.equal(comments, 3);
  assert.ok(JSON.stringify(json).length < 4 * 1024 * 1024);
});

test('it is asked for under the thread itself, five hundred comments of it', () => {
  assert.equal(ownJsonPath(KEY), '/comments/1abcde.json?raw_json=1&limit=500');
});
