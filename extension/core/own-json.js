// Reddit's own `.json` of a thread, as it answers the person who is signed in:
// votes, saved and hidden marks, moderators' notes and a session's token stand
// among the words. What is kept is what the server's reader reads, by name.

/** @typedef {{json: unknown, comments: number, total: number | null}} OwnJson */

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
 * What may leave of an answer; null when it is not the thread's, or too much.
 *
 * @param {string} text  the answer as it came
 * @param {string} key   the thread's canonical URL
 * @returns {OwnJson | null}
 */
export function readOwnJson(text, key) {
  const answer = parse(text);
  const post = childrenOf(answer?.[0]).find(({ kind }) => kind === 't3')?.data;
  if (!isRecord(post) || typeof post.title !== 'string' || !key.includes(`/comments/${post.id}/`)) return null;
  const count = { read: 0 };
  const json = [listing([{ kind: 't3', data: postOf(post) }]), listing(commentsOf(answer[1], count))];
  if (new TextEncoder().encode(JSON.stringify(json)).length > MAX_BYTES) return null;
  return { json, comments: count.read, total: typeof post.num_comments === 'number' ? post.num_comments : null };
}

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

/** @param {any} answer @param {{read: number}} count @returns {unknown[]} */
function commentsOf(answer, count) {
  return childrenOf(answer).filter(({ kind, data }) => kind === 't1' && isRecord(data)).map(({ data }) => {
    count.read += Number(isRead(data));
    const replies = commentsOf(data.replies, count);
    return { kind: 't1', data: { ...facts(data, COMMENT_FACTS), ...bareText(data, 'body', 'body_html'), ...(replies.length > 0 && { replies: listing(replies) }) } };
  });
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
