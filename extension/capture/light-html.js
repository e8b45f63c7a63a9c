// Runs inside the page, so it imports nothing and leaves one name behind.
// Turns what people wrote into a few plain tags: enough for a server to find
// paragraphs, quotes and links, and nothing about who is reading.

/** @type {any} */ (globalThis).threadproofLightHtml = (() => {
  const KEPT = new Set(['P', 'A', 'BLOCKQUOTE', 'CODE', 'PRE', 'UL', 'OL', 'LI', 'EM', 'STRONG', 'BR', 'H1', 'H2', 'H3', 'H4', 'H5', 'H6']);
  const RENAMED = new Map([['I', 'EM'], ['B', 'STRONG'], ['TR', 'P']]);
  const BLOCKS = new Set(['DIV', 'SECTION', 'TABLE', 'TD', 'TH', 'FIGURE']);
  const DROPPED = new Set(['SCRIPT', 'STYLE', 'TEMPLATE', 'NOSCRIPT', 'SVG', 'BUTTON', 'INPUT', 'TEXTAREA', 'SELECT', 'FORM', 'IFRAME', 'VIDEO', 'AUDIO']);

  /** @param {string} text */
  function escape(text) {
    return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
  }

  /** @param {Node} node @returns {string} */
  function light(node) {
    if (node.nodeType === Node.TEXT_NODE) return escape(node.nodeValue ?? '');
    if (node.nodeType !== Node.ELEMENT_NODE) return '';
    const element = /** @type {Element} */ (node);
    const name = element.tagName.toUpperCase();
    if (DROPPED.has(name)) return '';
    const inner = Array.from(element.childNodes, light).join('');
    const tag = RENAMED.get(name) ?? name;
    if (tag === 'BR') return '<br>';
    if (tag === 'A') return link(/** @type {HTMLAnchorElement} */ (element), inner);
    if (KEPT.has(tag)) return `<${tag.toLowerCase()}>${inner}</${tag.toLowerCase()}>`;
    return BLOCKS.has(name) ? ` ${inner} ` : inner;
  }

  /** @param {HTMLAnchorElement} anchor @param {string} inner */
  function link(anchor, inner) {
    return /^https?:$/.test(anchor.protocol) ? `<a href="${escape(anchor.href)}">${inner}</a>` : inner;
  }

  /** @param {Element} element @param {readonly string[]} names */
  function attributes(element, names) {
    return names.filter((name) => element.hasAttribute(name))
      .map((name) => ` ${name}="${escape(element.getAttribute(name) ?? '')}"`).join('');
  }

  /** An element's content, lightened. @param {Element | null | undefined} element */
  function content(element) {
    return element ? Array.from(element.childNodes, light).join('').trim() : '';
  }

  return { escape, attributes, content };
})();
