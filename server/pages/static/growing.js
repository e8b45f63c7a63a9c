// Follows a job and lets the server draw what it has so far. Without this script the page reloads itself.
const growth = document.getElementById('growth');
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
  growth.replaceChildren(...parsed.body.childNodes);
}

// The address the card was given may name this server differently than the visitor does; its path is the same.
function open(card) {
  events.close();
  location.replace(new URL(card.permalink).pathname);
}

for (const name of ['stage', 'section']) events.addEventListener(name, (event) => draw(event.lastEventId));
events.addEventListener('card', (event) => open(JSON.parse(event.data).card));
events.addEventListener('failed', (event) => {
  events.close();
  draw(event.lastEventId);
});
events.addEventListener('snapshot', (event) => {
  const { job: state, card } = JSON.parse(event.data);
  if (card && state.state === 'done') return open(card);
  if (state.error) events.close();
  return draw('');
});
