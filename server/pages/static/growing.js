// Follows a job and lets the server draw what it has so far. Without this script the page reloads itself.
// What is drawn anew replaces only what changed: a reader keeps their place, their focus and an open quotation.
import { morph } from './morph.js';

const growth = document.getElementById('growth');
const told = document.getElementById('told');
const job = encodeURIComponent(growth.dataset.job);
const events = new EventSource(`/api/v1/jobs/${job}/events`);
let drawing = false;
let wanted = null;

// One drawing at a time: events come faster than pages, and only the newest matters.
async function draw(seen) {
  wanted = seen;
  if (drawing) return;
  drawing = true;
  while (wanted !== null) {
    const id = wanted;
    wanted = null;
    const query = id ? `?seen=${encodeURIComponent(id)}` : '';
    const answer = await fetch(`/jobs/${job}/fragment${query}`).catch(() => null);
    if (answer?.ok) show(await answer.text());
  }
  drawing = false;
}

function show(html) {
  const parsed = new DOMParser().parseFromString(html, 'text/html');
  const drawn = growth.cloneNode(false);
  drawn.append(...parsed.body.childNodes);
  morph(growth, drawn);
  tell(document.getElementById('making').dataset.now);
}

// Only news is told: a region that repeats itself would be read again and again.
function tell(text) {
  if (told.textContent !== text) told.textContent = text;
}

// The finished card takes this page's place without a jump. The address it was given may name this server differently
// than the visitor does; its path is the same.
async function finish(card) {
  events.close();
  wanted = null;
  const path = new URL(card.permalink).pathname;
  const answer = await fetch(path).catch(() => null);
  if (!answer?.ok) return location.replace(path);
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const [card_now, foot] = [page.querySelector('main > .card'), page.querySelector('.colophon')];
  if (!card_now || !foot) return location.replace(path);
  const drawn = growth.cloneNode(false);
  drawn.append(card_now);
  morph(growth, drawn);
  document.querySelector('.masthead').replaceWith(page.querySelector('.masthead'));
  document.querySelector('main').after(foot);
  document.documentElement.lang = page.documentElement.lang;
  document.title = page.title;
  history.replaceState(null, '', new URL(answer.url).pathname);
  document.dispatchEvent(new Event('copyable'));
  return tell('The card is ready');
}

for (const name of ['stage', 'section']) events.addEventListener(name, (event) => draw(event.lastEventId));
events.addEventListener('card', (event) => finish(JSON.parse(event.data).card));
events.addEventListener('failed', (event) => {
  events.close();
  draw(event.lastEventId);
});
events.addEventListener('snapshot', (event) => {
  const { job: state, card } = JSON.parse(event.data);
  if (card && state.state === 'done') return finish(card);
  if (state.error) events.close();
  return draw('');
});
