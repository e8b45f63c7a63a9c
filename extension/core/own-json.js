// Reddit's own `.json` of a thread, as it answers the person who is signed in:
// votes, saved and hidden marks, moderators' notes and a session's token stand
// among the words. What is kept is what the server's reader reads, by name.

/** @typedef {{json: unknown, comments: number, total: number | null, isPrivate: boolean}} OwnJson  isPrivate: only members may read it */

const SHARED_FACTS = ['id', 'author', 'created_utc', 'score', 'permalink', 'edited'];
const COMMENT_FACTS = [...SHARED_FACTS, 'parent_id', 'link_id', 'body_html', 'score_hidden', 'collapsed', 'is_submitter', 'distinguished'];
const POST_FACTS = [
  ...SHARED_FACTS, 'title', 'selftext_html', 'url', 'url_overridden_by_dest', 'num_comments', 'subreddit', 'subreddit_name_prefixed',
  'subreddit_type', 'link_flair_text', 'hide_score', 'quarantine', 'over_18', 'spoiler', 'locked', 'archived', 'contest_mode', 'is_gallery',
  'is_video', 'discussion_type', 'removed_by_category',
];
const CROSSPOST_FACTS = ['selftext', 'selftext_html', 'url', 'url_overridden_by_dest'];
// As the server knows what stands for words that are gone; people begin with "[deleted] …" too.
const GONE = /^\s*(?:\[(?:removed|deleted)\]|\[ ?removed by reddit ?\].{0,180})\s*$/is;
const PRIVATE_TYPES = new Set(['private', 'employees_only', 'gold_only']);
// The server takes 4 MiB of it.
const MAX_BYTES = 4 * 1024 * 1024 - 1024;

/**
 * The address of a thread's own `.json`, on the site that the page is from.
 *
 * @param {string} key  the thread's canonical URL
 * @returns {string}
 */
export function ownJsonPath(key) {
  return `${new URL(key).pathname.replace(/\/$/, '')}.json?raw_json=1&limit=500`;
}

/**
 * What may leave of an answer, as many of its comments as the server takes;
 * null when it is not the thread's.
 *
 * @param {string} text  the answer as it came
 * @param {string} key   the thread's canonical URL
 * @returns {OwnJson | null}
 */
export function readOwnJson(text, key) {
  const answer = parse(text);
  const post = childrenOf(answer?.[0]).find(({ kind }) => kind === 't3')?.data;
  if (!isRecord(post) || typeof post.title !== 'string' || !key.includes(`/comments/${post.id}/`)) return null;
  const head = listing([{ kind: 't3', data: postOf(post) }]);
  const trees = thatFit(childrenOf(answer[1]).map(treeOf).filter((tree) => tree !== null), jsonBytes(head));
  return {
    json: [head, listing(trees.map(({ thing }) => thing))],
    comments: trees.reduce((sum, { read }) => sum + read, 0),
    total: typeof post.num_comments === 'number' ? post.num_comments : null,
    isPrivate: post.quarantine === true || PRIVATE_TYPES.has(post.subreddit_type),
  };
}

/** @typedef {{thing: unknown, read: number}} Tree  a comment with its replies, and how many of them have words */

/** @param {Tree[]} trees @param {number} taken  bytes */
function thatFit(trees, taken) {
  const last = trees.findIndex(({ thing }) => (taken += jsonBytes(thing) + 1) > MAX_BYTES);
  return last < 0 ? trees : trees.slice(0, last);
}

/** @param {unknown} value */
const jsonBytes = (value) => new TextEncoder().encode(JSON.stringify(value)).length;

/** @param {unknown[]} children */
const listing = (children) => ({ kind: 'Listing', data: { children } });

/** @param {any} post */
function postOf(post) {
  const original = Array.isArray(post.crosspost_parent_list) ? post.crosspost_parent_list[0] : null;
  return {
    ...facts(post, POST_FACTS),
    ...bareText(post, 'selftext', 'selftext_html'),
    ...(isRecord(original) && { crosspost_parent_list: [facts(original, CROSSPOST_FACTS)] }),
    ...(isRecord(post.poll_data) && { poll_data: { options: rows(post.poll_data.options).map((option) => facts(option, ['text'])) } }),
    ...(isRecord(post.gallery_data) && { gallery_data: { items: rows(post.gallery_data.items).map((item) => facts(item, ['caption', 'outbound_url'])) } }),
  };
}

/** @param {{kind: unknown, data: any}} thing @returns {Tree | null} */
function treeOf({ kind, data }) {
  if (kind !== 't1' || !isRecord(data)) return null;
  const replies = childrenOf(data.replies).map(treeOf).filter((tree) => tree !== null);
  const told = { ...facts(data, COMMENT_FACTS), ...bareText(data, 'body', 'body_html'), ...(replies.length > 0 && { replies: listing(replies.map(({ thing }) => thing)) }) };
  return { thing: { kind: 't1', data: told }, read: replies.reduce((sum, { read }) => sum + read, Number(isRead(data))) };
}

/** The text as it was typed, only where it says that it is gone or there is no other. @param {any} told @param {string} typed @param {string} rendered */
function bareText(told, typed, rendered) {
  return typeof told[typed] === 'string' && (GONE.test(told[typed]) || !told[rendered]) ? { [typed]: told[typed] } : {};
}

/** Whether a comment's words are there, as the server counts. @param {any} comment */
function isRead({ body, body_html: rendered }) {
  const words = typeof rendered === 'string' ? rendered.replace(/<!--.*?-->|<[^>]*>|&lt;.*?&gt;/gs, ' ') : body;
  return typeof words === 'string' && words.trim() !== '' && !GONE.test(typeof body === 'string' ? body : words);
}

/** The plain values named. @param {any} from @param {readonly string[]} names */
function facts(from, names) {
  return Object.fromEntries(names.filter((name) => ['string', 'number', 'boolean'].includes(typeof from?.[name])).map((name) => [name, from[name]]));
}

/** @param {any} answer @returns {{kind: unknown, data: any}[]} */
const childrenOf = (answer) => rows(answer?.data?.children).filter(isRecord);

/** @param {any} value @returns {any[]} */
const rows = (value) => (Array.isArray(value) ? value : []);

/** @param {any} value */
const isRecord = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** @param {string} text @returns {any} */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
