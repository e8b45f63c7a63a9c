// What a page gains by scripts. Without them every quotation, link and export is there all the same.

// Escape closes a quotation that hover or focus has opened (WCAG 1.4.13); one opened by a click closes by itself.
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  for (const cite of document.querySelectorAll('.cite:hover, .cite:focus-within')) {
    cite.classList.add('closed');
    if (cite.contains(document.activeElement)) cite.querySelector('button').focus();
    for (const leaving of ['pointerleave', 'focusout']) {
      cite.addEventListener(leaving, () => cite.classList.remove('closed'), { once: true });
    }
  }
});

// Whoever moves on by keyboard leaves no quotation open over what comes next (WCAG 2.4.11).
document.addEventListener('focusout', ({ target, relatedTarget }) => {
  const cite = target.closest('.cite');
  if (cite && relatedTarget && !cite.contains(relatedTarget)) cite.querySelector('.pop:popover-open')?.hidePopover();
});

// Copying needs a secure context (https or this machine), so its buttons show themselves only there.
function offerCopies() {
  for (const button of document.querySelectorAll('[data-copy], [data-copy-from]')) button.hidden = false;
}

document.addEventListener('click', async ({ target }) => {
  const button = target.closest('[data-copy], [data-copy-from]');
  if (!button) return;
  const { copy, copyFrom } = button.dataset;
  const name = button.dataset.name ??= button.textContent;
  try {
    const text = copy ?? await fetch(copyFrom).then((answer) => answer.text());
    await navigator.clipboard.writeText(text);
    tell(button, 'Copied');
  } catch {
    tell(button, 'Could not copy');
  }
  setTimeout(() => { button.textContent = name; }, 2000);
});

function tell(button, text) {
  button.textContent = text;
  document.querySelector('[role="status"]').textContent = text;
}

if (navigator.clipboard) {
  offerCopies();
  document.addEventListener('copyable', offerCopies); // a card that grew on its page
}
