import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

import { cardView, safeLink } from '../../extension/core/card-view.js';
import { formatDate, formatDuration } from '../../extension/core/format.js';
import { t } from './words.js';

const claim = (text, { kind = 'web', citations = [{ source: 2, quote: 'a' }], label = null, corroborated = false } = {}) => ({ label, text, kind, citations, support: 'supported', corroborated });

const CARD = {
  schema: 1,
  id: 'k2-card',
  permalink: 'https://cards.example/c/k2-card',
  thread: { url: 'https://www.reddit.com/r/BrewlineKettles/comments/1zk2brw/', site: 'reddit.com', community: 'r/BrewlineKettles' },
  capture: { via: 'browser', comments_read: 9, comments_total: 1214 },
  headline: claim('Brewline locks kettles'),
  hook: claim('Boiling now needs a cartridge.', { kind: 'interpretation' }),
  category: 'Incident',
  tldr: { what_changed: claim('Version 4.1 refuses.'), why_it_matters: null, what_to_do_next: [claim('Roll back.', { kind: 'interpretation' }), claim('Wait.')], who_should_care: ['Everyone', 'Developers'] },
  insight: {
    takeaways: [claim('One.'), claim('Two.', { corroborated: true })],
    technical: [claim('A tag check.', { label: 'Lock' })],
    implications: [{ prediction: 'Others will copy it.', rationale: claim('Inference: it pays.', { kind: 'interpretation' }) }],
    timeline: [{ date: '2026-11', event: claim('It began.') }],
  },
  discussion: { points: [claim('Someone rolled back.', { kind: 'thread', citations: [{ source: 1, quote: 'a' }] })] },
  disputed: [{ about: 'Why', sides: [claim('Safety.'), claim('Money.')], note: null }],
  sources: [
    { n: 1, url: 'https://www.reddit.com/r/BrewlineKettles/comments/1zk2brw/', title: 'Thread', site: 'Reddit', kind: 'thread', quotes: [{ id: 'a', text: 'Roll back.', url: 'https://www.reddit.com/c/1/', by: 'nine_volt_nan' }] },
    { n: 2, url: 'https://brewline.example/notice', title: 'Notice', site: 'Brewline', author: 'B. Line', published_at: '2026-11-01', kind: 'article', quotes: [{ id: 'a', text: 'Certified only.', url: 'https://brewline.example/notice#:~:text=Certified%20only.' }] },
  ],
  unread: [{ url: 'https://paywall.example/', title: null, reason: 'paywalled' }],
  verification: { claims: 14, supported: 12, partial: 0, dropped: 2, corroborated: 1, method: 'By code. Quoted, not written: no budget.' },
  provenance: { writer: 'extractive', made_in_s: 9.04, cost_usd: null },
  fresh_until: '2026-12-01T07:00:54Z',
  freshness: 'fresh',
  collected_after_s: 7300,
};

const view = (changes = {}) => cardView({ ...CARD, ...changes }, t);
const section = (name, changes = {}) => view(changes).sections.find((item) => item.name === name);

test('every section of a full card is there, in its order', () => {
  assert.deepEqual(view().sections.map(({ name }) => name), ['tldr', 'takeaways', 'technical', 'discussion', 'disputed', 'implications', 'timeline']);
});

test('a section without content is absent', () => {
  assert.deepEqual(view({ insight: null, discussion: { points: [] }, disputed: null, tldr: { who_should_care: [] } }).sections, []);
});

test('a citation leads to its quote, with the quote and whose it is', () => {
  assert.deepEqual(view().headline.citations, [{ n: 2, href: 'https://brewline.example/notice#:~:text=Certified%20only.', quote: 'Certified only.', from: 'Brewline' }]);
});

test('a citation whose quote is missing still leads to its source', () => {
  const { headline } = view({ headline: claim('H', { citations: [{ source: 2, quote: 'z' }, { source: 9, quote: 'a' }] }) });
  assert.deepEqual(headline.citations.map(({ n, href, quote }) => [n, href, quote]), [[2, 'https://brewline.example/notice', ''], [9, null, '']]);
});

test('every claim says whose word it is', () => {
  assert.equal(view().headline.kindText, 'the web says');
  assert.equal(view().hook.kindText, 'interpretation');
  assert.equal(section('discussion').entries[0].claims[0].kindText, 'the thread says');
});

test('a claim of unknown kind counts as interpretation, never as fact', () => {
  assert.equal(view({ headline: claim('H', { kind: 'gospel' }) }).headline.kind, 'interpretation');
});

test('the badges name community, category, freshness and what was read', () => {
  assert.deepEqual(view().badges.map(({ text }) => text), ['r/BrewlineKettles', 'Incident', 'Fresh', '9 of 1,214 comments read']);
  assert.deepEqual(view({ visibility: 'unlisted', capture: { comments_read: 3, comments_total: null } }).badges.map(({ text }) => text).slice(3), ['3 comments read', 'Unlisted']);
});

test('how it was checked is told, and why the card is less than it could have been', () => {
  assert.equal(view().method, 'By code. Quoted, not written: no budget.');
  assert.equal(view({ verification: null }).method, '');
});

test('the verification line counts what was supported and what was dropped', () => {
  assert.equal(view().verification, '12 of 14 claims supported, 2 dropped, 1 corroborated by independent sources');
});

test('an extractive card says that no model wrote it, a written one that one did', () => {
  assert.match(view().writerNote, /no model wrote here/);
  assert.match(view({ provenance: { writer: 'claude' } }).writerNote, /written by a model/);
});

test('the line above the sources does not count the thread', () => {
  assert.equal(view().sourcesLead, 'Web-grounded analysis with 1 cited source');
});

test('implications stand under the line that says whose they are', () => {
  const { title, lead } = section('implications', { provenance: { writer: 'claude' } });
  assert.deepEqual([title, lead], ['Implications', 'AI reading of the cited sources']);
});

test('where no model wrote, what lies ahead is what the sources expect', () => {
  const { title, lead } = section('implications');
  assert.deepEqual([title, lead], ['What sources expect', 'Quoted from the cited sources; no model wrote here']);
});

test('dates are as precise as they were given', () => {
  assert.equal(formatDate('2026', 'en-GB'), '2026');
  assert.equal(formatDate('2026-02', 'en-GB'), 'Feb 2026');
  assert.equal(formatDate('2026-02-23', 'en-GB'), '23 Feb 2026');
  assert.equal(formatDate('2026-02-23T23:59:59Z', 'en-GB'), '23 Feb 2026');
  assert.equal(formatDate('last spring', 'en-GB'), 'last spring');
});

test('durations use the largest unit that says it', () => {
  assert.deepEqual([0.04, 9.04, 59, 600, 7300, 23632036].map(formatDuration), ['0 s', '9 s', '59 s', '10 min', '2 h', '274 d']);
});

test('only links to web pages without passwords are followed', () => {
  for (const hostile of ['javascript:alert(1)', ' javascript:alert(1)', 'JAVASCRIPT:alert(1)', 'java\nscript:alert(1)', 'data:text/html,<script>1</script>', 'blob:https://x/1', 'file:///etc/passwd', 'chrome://settings', 'vbscript:x', '//evil.example', '/c/1', 'https://user:pw@bank.example/', '', null, 7, {}]) {
    assert.equal(safeLink(hostile), null, String(hostile));
  }
  assert.equal(safeLink('https://a.example/?q=1#:~:text=b'), 'https://a.example/?q=1#:~:text=b');
});

test('hostile addresses everywhere leave no link behind', () => {
  const hostile = 'javascript:alert(document.domain)';
  const card = JSON.parse(JSON.stringify(CARD), (key, value) => (key === 'url' || key === 'permalink' ? hostile : value));
  const drawn = cardView(card, t);
  assert.equal(drawn.permalink, null);
  assert.equal(drawn.thread, null);
  assert.deepEqual([...drawn.sources, ...drawn.unread, ...drawn.sources.flatMap(({ quotes }) => quotes), ...drawn.headline.citations].map(({ href }) => href).filter(Boolean), []);
});

test('markup in a text stays text', () => {
  const markup = '<img src=x onerror=alert(1)> & "quotes"';
  assert.equal(view({ headline: claim(markup) }).headline.text, markup);
});

test('control and direction-changing characters are taken out', () => {
  assert.equal(view({ headline: claim('safe\u202Etxet\u2066\u0000\u0007\u009b end') }).headline.text, 'safetxet end');
});

test('a text without end is cut', () => {
  assert.equal(view({ headline: claim('x'.repeat(1_000_000)) }).headline.text.length, 4000);
});

test('a card of the wrong shape in any place is drawn without it', () => {
  const wrong = [null, undefined, 0, -1, '', 'text', true, [], [null], [[]], {}, { text: {} }, [{ text: 7 }], { length: 5 }];
  for (const value of [...wrong, CARD]) assert.doesNotThrow(() => cardView(value, t));
  const paths = [];
  const walk = (node, path) => {
    for (const key of Object.keys(node)) {
      paths.push([...path, key]);
      if (typeof node[key] === 'object' && node[key] !== null) walk(node[key], [...path, key]);
    }
  };
  walk(CARD, []);
  for (const path of paths) {
    for (const value of wrong) {
      const card = structuredClone(CARD);
      path.slice(0, -1).reduce((node, key) => node[key], card)[path.at(-1)] = value;
      assert.doesNotThrow(() => JSON.stringify(cardView(card, t)), `${path.join('.')} = ${JSON.stringify(value)}`);
    }
  }
});

const SHARED_CARD = new URL('../cases/card.json', import.meta.url);

test('the card the server decodes is drawn here in full', { skip: existsSync(SHARED_CARD) ? false : 'tests/cases/card.json is not there' }, () => {
  const card = JSON.parse(readFileSync(SHARED_CARD, 'utf8'));
  const drawn = cardView(card, t);
  const texts = (given) => (typeof given?.text === 'string' && given.citations ? [given.text] : Object.values(given ?? {}).filter((item) => typeof item === 'object').flatMap(texts));
  const shown = JSON.stringify(drawn);
  for (const text of texts(card)) assert.ok(shown.includes(JSON.stringify(text).slice(1, -1)), text);
  assert.equal(drawn.sources.length, card.sources.length);
  assert.equal(drawn.unread.length, card.unread.length);
  assert.equal(drawn.permalink, card.permalink);
  const citations = drawn.sections.flatMap(({ entries }) => entries.flatMap(({ claims }) => claims.flatMap(({ citations: cited }) => cited)));
  assert.ok(citations.length > 0 && citations.every(({ href, quote }) => href && quote));
});
