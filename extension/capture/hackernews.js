// Hacker News: a table of the story, then a row for each comment with the
// width of its indent. Which comments the reader has folded is theirs, and so
// are the words of the links to vote, hide and flag.

(() => {
  const { escape, attributes, content, words, tag, isSaid, commentsHtml, shownNumber } = /** @type {any} */ (globalThis).threadproof;
  // Per depth, in the width of a spacer image; newer pages say it in `indent` as well.
  const INDENT_PIXELS = 40;

  /** @param {Element} part */
  function byline(part) {
    const age = part.querySelector('.age');
    return tag('a', { class: 'hnuser' }, escape(words(part.querySelector('a.hnuser'))))
      + (age ? `<span class="age"${attributes(age, ['title'])}></span>` : '');
  }

  /** How many comments there are: the last link that says so, or "discuss". @param {Element} head */
  function counted(head) {
    return [...head.querySelectorAll('.subtext a')].map(words).filter((told) => /\d\s+comments?\b|^discuss$/.test(told)).at(-1) ?? '';
  }

  /** @param {Element} head @param {Element} link */
  function storyHtml(head, link) {
    const told = head.querySelector('.toptext') ?? [...head.querySelectorAll(':scope > tbody > tr > td:nth-child(2):not([class])')].find((cell) => !cell.querySelector('form'));
    const options = [...head.querySelectorAll('tr.pollopt')];
    const href = /^https?:/.test(link.getAttribute('href') ?? '') ? attributes(link, ['href']) : '';
    return '<table class="fatitem">'
      + `<tr><td><span class="titleline"><a${href}>${escape(words(link))}</a></span></td></tr>`
      + `<tr><td class="subtext">${tag('span', { class: 'score' }, escape(words(head.querySelector('.score'))))}${byline(head)}<a>${escape(counted(head))}</a></td></tr>`
      + (options.length > 0 ? '<tr class="pollopt"><td></td></tr>' : tag('tr', {}, tag('td', {}, tag('div', { class: 'toptext' }, content(told)))))
      + '</table>';
  }

  function* comments() {
    for (const element of document.querySelectorAll('tr.comtr')) {
      const text = element.querySelector('.commtext');
      yield {
        element,
        open: `<tr class="comtr"${attributes(element, ['id'])}><td class="ind" indent="${indent(element)}"></td><td class="default">${byline(element)}`
          + (text ? `<div class="commtext">${content(withoutReply(text))}</div>` : mark(element))
          + '</td></tr>',
        close: '',
        isRead: isSaid(text),
      };
    }
  }

  /** The link to reply stands inside the text in older pages. @param {Element} text */
  function withoutReply(text) {
    if (!text.querySelector('.reply')) return text;
    const copy = /** @type {Element} */ (text.cloneNode(true));
    for (const reply of copy.querySelectorAll('.reply')) reply.remove();
    return copy;
  }

  /** Why there is no text. @param {Element} row */
  const mark = (row) => tag('span', {}, /\[(?:flagged|dead)\]/.exec(words(row))?.[0] ?? '');

  /** @param {Element} row */
  function indent(row) {
    const cell = row.querySelector('td.ind');
    const told = cell?.getAttribute('indent') ?? '';
    return /^\d{1,4}$/.test(told) ? told : String(Math.trunc((Number(cell?.querySelector('img')?.getAttribute('width')) || 0) / INDENT_PIXELS));
  }

  const head = document.querySelector('table.fatitem');
  const link = head?.querySelector('.titleline > a, a.storylink');
  if (!head || !link) return null;
  const story = storyHtml(head, link);
  const { html, comments: read } = commentsHtml(story, comments());
  const id = new URLSearchParams(location.search).get('id') ?? '';
  const told = counted(head);
  return {
    url: `${location.origin}${location.pathname}?id=${encodeURIComponent(id)}`,
    html: `${story}<table class="comment-tree">${html}</table>`,
    comments: read,
    total: told === 'discuss' ? 0 : shownNumber(told),
  };
})();
