// The data that Reddit's page of 2018 carries in a script, posts and comments
// by their names. It also holds who is signed in and how they voted, so it is
// copied field by field.

/** @type {any} */ (globalThis).threadproof.redditState = (/** @type {string | null} */ id) => {
  const { isGone, commentsHtml } = /** @type {any} */ (globalThis).threadproof;

  const POST_FACTS = [
    'id', 'author', 'title', 'created', 'score', 'hideScore', 'numComments', 'isNSFW', 'isSpoiler', 'isLocked', 'isArchived', 'contestMode',
    'permalink', 'crosspostParentId', 'crosspostRootId', 'removedBy', 'removedByCategory',
  ];
  const COMMENT_FACTS = [
    'id', 'postId', 'author', 'created', 'editedAt', 'score', 'isScoreHidden', 'parentId', 'depth', 'permalink', 'isDeleted', 'deletedBy',
    'collapsed', 'distinguishType',
  ];
  // Of rich text: kind, words, inside, address, a table's head.
  const NODE_FACTS = ['e', 't', 'c', 'u', 'h', 'o'];

  /** @param {any} value @returns {boolean} */
  const isRecord = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

  /** The plain values named. @param {any} from @param {readonly string[]} names @returns {Record<string, unknown>} */
  function facts(from, names) {
    return Object.fromEntries(names.filter((name) => ['string', 'number', 'boolean'].includes(typeof from?.[name])).map((name) => [name, from[name]]));
  }

  /** @param {any} node @returns {any} */
  function richText(node) {
    if (Array.isArray(node)) return node.map(richText);
    if (!isRecord(node)) return typeof node === 'string' || typeof node === 'boolean' ? node : null;
    return Object.fromEntries(NODE_FACTS.filter((name) => name in node).map((name) => [name, richText(node[name])]));
  }

  /** @param {any} media */
  function mediaOf(media) {
    const document = media?.richtextContent?.document;
    return {
      ...facts(media, ['type', 'content', 'markdownContent']),
      ...(Array.isArray(document) && { richtextContent: { document: richText(document) } }),
    };
  }

  /** @param {any} post */
  function postOf(post) {
    const flair = Array.isArray(post.flair) ? post.flair.map((/** @type {any} */ part) => facts(part, ['text'])) : [];
    return { ...facts(post, POST_FACTS), flair, source: facts(post.source, ['url']), media: mediaOf(post.media) };
  }

  /** @param {any} comment */
  function commentOf(comment) {
    const chained = ['next', 'prev'].map((name) => [name, comment[name] ? facts(comment[name], ['id']) : null]);
    return { ...facts(comment, COMMENT_FACTS), ...Object.fromEntries(chained), media: mediaOf(comment.media) };
  }

  /** @param {any} node @returns {string} */
  const wordsOf = (node) => (Array.isArray(node) ? node.map(wordsOf).join(' ') : isRecord(node) ? [node.t, wordsOf(node.h), wordsOf(node.c)].filter((part) => typeof part === 'string').join(' ') : '');

  /** @param {any} comment */
  function isRead({ media, isDeleted, deletedBy }) {
    const told = media.richtextContent ? wordsOf(media.richtextContent.document) : String(media.content ?? '').replace(/<[^>]*>/g, ' ');
    return !isDeleted && !deletedBy && told.trim() !== '' && !isGone(told.replace(/\s+/g, ' ').trim());
  }

  function readState() {
    for (const script of document.scripts) {
      const start = /window\.___r *= *(?=\{)/.exec(script.textContent ?? '');
      if (!start) continue;
      try {
        return JSON.parse((script.textContent ?? '').slice(start.index + start[0].length).replace(/[\s;]+$/, ''));
      } catch {
        return null;
      }
    }
    return null;
  }

  const state = readState();
  const name = `t3_${id}`;
  const post = state?.posts?.models?.[name];
  if (!id || !isRecord(post) || typeof post.title !== 'string') return null;
  const models = [state.comments?.models, state.features?.comments?.models].find((each) => isRecord(each) && Object.keys(each).length > 0) ?? {};
  const comments = Object.entries(models).filter(([, comment]) => isRecord(comment) && (comment.postId ?? name) === name).map(([key, comment]) => [key, commentOf(comment)]);

  // JSON without "<", which could end the script.
  const { html, comments: read } = commentsHtml('', comments.map(([key, comment], at) => ({
    element: document.documentElement,
    open: `${at ? ',' : ''}${JSON.stringify(key)}:${JSON.stringify(comment)}`.replaceAll('<', '\\u003c'),
    close: '',
    isRead: isRead(comment),
  })));
  const posts = JSON.stringify({ models: { [name]: postOf(post) } }).replaceAll('<', '\\u003c');
  return {
    html: `<!doctype html><title></title><script>window.___r = {"posts":${posts},"comments":{"models":{${html}}}};</script>`,
    comments: read,
    total: typeof post.numComments === 'number' ? post.numComments : null,
  };
};
