import assert from 'node:assert/strict';
import { test } from 'node:test';

import { cardChanges, isUnchanged } from '../../extension/core/card-changes.js';
import { card, changed } from './cards.js';

const same = { ...card(), changes: [] };

test('a version that says the same has not changed', () => {
  const changes = cardChanges(same, { ...same, version: 3 });
  assert.ok(isUnchanged(changes), JSON.stringify(changes));
});

test('white space and another section are no news', () => {
  const [first, ...others] = same.insight.takeaways;
  const moved = { ...same, insight: { ...same.insight, takeaways: others, technical: [...same.insight.technical, { ...first, text: first.text.replaceAll(' ', '  ') }] } };
  assert.ok(isUnchanged(cardChanges(same, moved)));
});

test('sentences that came and went, new sources and comments read are told', () => {
  const later = changed({ path: ['headline', 'text'], value: 'Quillbase takes it back' });
  later.changes = [{ summary: 'The licence was withdrawn.' }, { summary: 7 }, {}];
  later.capture.comments_read = 90;
  later.sources = [...later.sources, { ...later.sources[1], n: 9, url: 'https://new.example/', title: null }];
  assert.deepEqual(cardChanges(same, later), {
    told: ['The licence was withdrawn.'],
    added: ['Quillbase takes it back'],
    dropped: [same.headline.text],
    sources: ['https://new.example/'],
    comments: 6,
  });
});

test('a card that lost whole sections says what they had said', () => {
  const { dropped } = cardChanges(same, { ...same, insight: null, discussion: null, disputed: [] });
  for (const text of [same.insight.takeaways[0].text, same.insight.implications[0].prediction, same.discussion.points[0].text, same.disputed[0].note.text]) {
    assert.ok(dropped.includes(text), text);
  }
});
