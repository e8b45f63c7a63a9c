// Escape closes a quotation that hover or focus has opened (WCAG 1.4.13). Everything else on the page needs no script.
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  const open = [...document.querySelectorAll('.cite:hover, .cite:focus-within')];
  for (const cite of open) {
    cite.classList.add('closed');
    if (cite.contains(document.activeElement)) cite.querySelector('button').focus();
    cite.addEventListener('pointerleave', () => cite.classList.remove('closed'), { once: true });
    cite.addEventListener('focusout', () => cite.classList.remove('closed'), { once: true });
  }
});
