import assert from 'node:assert/strict';
import { test } from 'node:test';

import { cardView } from '../../extension/core/card-view.js';
import { safeLink } from '../../extension/core/safe-link.js';
import { card, places, withValue } from './cards.js';
import { de, t } from './words.js';

const SERVER = 'http://127.0.0.1:8321';
const CARD = card();
const claim = (text, { kind = 'web', citations = [{ source: 2, quote: 'a' }], label = null, corroborated = false } = {}) => ({ label, text, kind, citations, support: 'supported', corroborated });
const view = (changes = {}, server = SERVER) => cardView({ ...CARD, ...changes }, t, server);
const section = (name, changes = {}) => view(changes).sections.find((item) => item.name === name);

test('every section of a full card is there, in its order', () => {
  assert.deepEqual(view().sections.map(({ name }) => name), ['tldr', 'takeaways', 'technical', 'discussion', 'disputed', 'implications', 'timeline']);
});

test('a section without content is absent', () => {
  assert.deepEqual(view({ insight: null, discussion: { points: [] }, disputed: null, tldr: { who_should_care: [] } }).sections, []);
});

test('a citation leads to its quotation: the words, whose, when, at the source and in context', () => {
  const [quillbase, wire] = view().headline.citations;
  const { quotes, url } = CARD.sources[1];
  assert.equal(quillbase.quote, quotes[0].text);
  assert.ok(quillbase.href.startsWith(url), quillbase.href);
  assert.deepEqual([quillbase.n, quillbase.name, quillbase.from], [2, 'Quillbase', 'Quillbase, 17 November 2026']);
  assert.equal(quillbase.context, `${SERVER}/c/${CARD.id}/source/2#q-a`);
  assert.equal(wire.name, 'The Ledger Wire');
});

test('a comment is cited by who wrote it', () => {
  const [first] = section('discussion').entries;
  assert.deepEqual([first.claims[0].citations[0].name, first.claims[0].citations[0].from], ['brassotter', 'brassotter, Reddit, 18 November 2026']);
});

test('a citation whose quotation is missing still leads to its source', () => {
  const { headline } = view({ headline: claim('H', { citations: [{ source: 2, quote: 'z' }, { source: 9, quote: 'a' }] }) });
  assert.deepEqual(headline.citations.map(({ n, href, quote, context }) => [n, href, quote, context]), [[2, CARD.sources[1].url, '', null], [9, null, '', null]]);
});

test('every claim says whose word it is', () => {
  assert.equal(view().headline.kindText, 'the web says');
  assert.equal(section('tldr').entries[1].claims[0].kindText, 'interpretation');
  assert.equal(section('discussion').entries[0].claims[0].kindText, 'the thread says');
});

test('a claim of unknown kind counts as interpretation, never as fact', () => {
  assert.equal(view({ headline: claim('H', { kind: 'gospel' }) }).headline.kind, 'interpretation');
});

test('two origins and half a support are told beside the claim', () => {
  const claims = section('takeaways').entries.map(({ claims: [one] }) => [one.isCorroborated, one.isPartial]);
  assert.deepEqual(claims, [[false, false], [true, false], [false, false], [false, true]]);
});

test('what stands above the headline names place, site, category, and who else may see it', () => {
  assert.deepEqual(view().badges.map(({ text }) => text), ['r/ThreadproofSample', 'reddit.com', 'Industry']);
  assert.deepEqual(view({ visibility: 'unlisted', thread: { site: 'lobste.rs' }, category: null }).badges.map(({ text }) => text), ['lobste.rs', 'unlisted']);
});

test('the facts tell how claims fared, how fresh it is, what was read and how long it took', () => {
  const { proof, freshness, thread, time } = view().facts;
  assert.equal(proof.verdict, '23 of 26 claims supported, 1 in part, 2 dropped');
  assert.deepEqual([proof.marks.length, proof.marks.filter((fate) => fate === 'dropped').length], [26, 2]);
  assert.deepEqual([freshness.state, freshness.text], ['fresh', 'Fresh']);
  assert.match(freshness.when, /^until 20 Nov 2026, \d\d:29$/);
  assert.deepEqual(thread, ['2,314 points', '84 of 312 comments read']);
  assert.deepEqual(time, ['Collected in 2 days', 'made in 9s']);
});

test('one comment is no comments', () => {
  assert.deepEqual(view({ thread: { ...CARD.thread, score: 1 }, capture: { comments_read: 1, comments_total: 1 } }).facts.thread, ['1 point', '1 of 1 comment read']);
  assert.deepEqual(view({ thread: {}, capture: { comments_read: 9, comments_total: 3 } }).facts.thread, ['9 comments read']);
});

test('claims beyond drawing are counted in words alone, and a partial card has no verdict yet', () => {
  const counts = { claims: 5000, supported: 5000, partial: 0, dropped: 0, corroborated: 0 };
  assert.deepEqual(view({ verification: counts }).facts.proof, { verdict: '5,000 of 5,000 claims supported', marks: [] });
  assert.equal(view({ status: 'partial' }).facts.proof, null);
});

test('the receipt tells who wrote, with what, for how much, and how it was checked', () => {
  const told = Object.fromEntries(view().receipt.map(({ term, told: words }) => [term, words]));
  assert.equal(told.Corroborated, '1 claim with two independent origins');
  assert.match(told['Written by'], /^claude-/);
  assert.match(told.Cost, /^\$0\.\d+$/);
  assert.equal(told.Checked, CARD.verification.method);
});

test('whose words they are is told even of a model whose words did not hold', () => {
  const by = (provenance) => view({ provenance: { ...CARD.provenance, ...provenance } }).receipt.find(({ term }) => term === 'Written by').told;
  assert.equal(by({ writer: 'extractive', model: null }), 'the extractive writer, no model');
  assert.equal(by({ writer: 'extractive', model: 'm' }), 'the extractive writer, since nothing of m held');
  assert.equal(by({ writer: 'mixed', model: 'm' }), 'm and the extractive writer');
});

test('an extractive card says that no model wrote it, a written one that one did', () => {
  assert.match(view({ provenance: { writer: 'extractive' } }).closing, /no model wrote here/);
  assert.match(view().closing, /written by a model/);
});

test('the line above the sources does not count the thread', () => {
  assert.equal(view().sourcesLead, 'Web-grounded analysis with 5 cited sources');
  assert.equal(view({ sources: CARD.sources.slice(0, 2) }).sourcesLead, 'Web-grounded analysis with 1 cited source');
  assert.equal(view({ sources: CARD.sources.slice(0, 1) }).sourcesLead, 'No page beside the thread is cited');
});

test('what lies ahead stands under the line that says whose it is', () => {
  const told = (changes) => [section('implications', changes).title, section('implications', changes).lead];
  assert.deepEqual(told(), ['What may follow', 'AI reading of the cited sources']);
  assert.deepEqual(told({ provenance: { writer: 'extractive' } }), ['What sources expect', 'Quoted from the cited sources; no model wrote here']);
});

test('which side is first-hand stands apart from the sides', () => {
  const [dispute] = section('disputed').entries;
  assert.deepEqual([dispute.claims.length, dispute.note.text], [2, CARD.disputed[0].note.text]);
});

test('a card in a language from the right is laid out from there', () => {
  assert.deepEqual([view({ lang: 'ar' }).dir, view({ lang: 'fa-IR' }).dir, view({ lang: 'de' }).dir], ['rtl', 'rtl', 'ltr']);
});

test('the same card speaks German', () => {
  const german = cardView(CARD, de, SERVER);
  assert.deepEqual(german.facts.thread, ['2.314 Punkte', '84 von 312 Kommentaren gelesen']);
  assert.deepEqual(german.facts.time, ['2 Tage nach dem Beitrag gesammelt', 'gemacht in 9 Sek.']);
});

test('links go to https, and to the reader’s own server by whatever it speaks', () => {
  assert.equal(safeLink('https://a.example/?q=1#:~:text=b'), 'https://a.example/?q=1#:~:text=b');
  assert.equal(safeLink('http://127.0.0.1:8321/c/x', SERVER), 'http://127.0.0.1:8321/c/x');
  for (const other of ['http://a.example/', 'http://127.0.0.1:8322/c/x', 'http://127.0.0.1/c/x', 'http://127.0.0.1:8321@evil.example/', 'https://user:pw@bank.example/']) {
    assert.equal(safeLink(other, SERVER), null, other);
  }
  assert.equal(safeLink('http://127.0.0.1:8321/', ''), null);
});

test('only links to web pages are followed', () => {
  for (const hostile of ['javascript:alert(1)', ' javascript:alert(1)', 'JAVASCRIPT:alert(1)', 'java\nscript:alert(1)', 'data:text/html,<script>1</script>', 'blob:https://x/1', 'file:///etc/passwd', 'chrome://settings', 'vbscript:x', '//evil.example', '/c/1', '', null, 7, {}]) {
    assert.equal(safeLink(hostile, SERVER), null, String(hostile));
  }
});

test('a permalink we would not follow gives way to the card’s place on the reader’s server', () => {
  for (const permalink of ['http://cards.lan/c/x', 'javascript:alert(1)', null]) assert.equal(view({ permalink }).permalink, `${SERVER}/c/${CARD.id}`);
  assert.equal(view({ permalink: 'https://cards.example/c/x' }).permalink, 'https://cards.example/c/x');
  for (const id of ['../../admin', 'a/b', '', null, 7]) assert.equal(view({ permalink: null, id }).permalink, null, String(id));
});

test('hostile addresses everywhere leave no link behind', () => {
  const hostile = 'javascript:alert(document.domain)';
  const drawn = cardView(JSON.parse(JSON.stringify(CARD), (key, value) => (key === 'url' || key === 'permalink' || key === 'id' ? hostile : value)), t, SERVER);
  assert.equal(drawn.permalink, null);
  assert.equal(drawn.thread, null);
  assert.deepEqual(drawn.related, []);
  assert.doesNotMatch(JSON.stringify([drawn.sources, drawn.unread, drawn.headline, drawn.sections]), /"(?:href|context)":"/);
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
  const wrong = [null, undefined, 0, -1, 1e308, '', 'text', true, [], [null], [[]], {}, { text: {} }, [{ text: 7 }], { length: 5 }];
  for (const value of [...wrong, CARD]) assert.doesNotThrow(() => cardView(value, t));
  const broken = structuredClone(CARD);
  for (const path of places(CARD)) {
    for (const value of wrong) {
      withValue(broken, path, value, (given) => assert.doesNotThrow(() => JSON.stringify(cardView(given, t, SERVER)), `${path.join('.')} = ${JSON.stringify(value)}`));
    }
  }
});

test('the card the server decodes is drawn here in full', () => {
  const drawn = view();
  const texts = (given) => (typeof given?.text === 'string' && given.citations ? [given.text] : Object.values(given ?? {}).filter((item) => typeof item === 'object').flatMap(texts));
  const shown = JSON.stringify(drawn);
  for (const text of texts(CARD)) assert.ok(shown.includes(JSON.stringify(text).slice(1, -1)), text);
  for (const { quotes } of CARD.sources) for (const { text } of quotes) assert.ok(shown.includes(JSON.stringify(text).slice(1, -1)), text);
  assert.deepEqual([drawn.sources.length, drawn.unread.length, drawn.permalink], [CARD.sources.length, CARD.unread.length, CARD.permalink]);
  const citations = drawn.sections.flatMap(({ entries }) => entries.flatMap(({ claims }) => claims.flatMap(({ citations: cited }) => cited)));
  assert.ok(citations.length > 0 && citations.every(({ href, quote, context }) => href && quote && context));
});
