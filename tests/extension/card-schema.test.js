import assert from 'node:assert/strict';
import { test } from 'node:test';

import { cardFault } from '../../extension/core/card-schema.js';
import { card, changed, places, readCase, withValue } from './cards.js';

const { cards, no_cards: noCards } = readCase('card-shapes.json');

test('the card the server decodes is a card', () => assert.equal(cardFault(card()), null));

for (const change of cards) test(`${change.what}: still a card`, () => assert.equal(cardFault(changed(change)), null));

for (const change of noCards) {
  test(`${change.what}: no card, and it says where`, () => {
    const fault = cardFault(changed(change));
    assert.ok(fault?.includes(String(change.path[0])), String(fault));
  });
}

test('what is no object at all is no card', () => {
  for (const value of [undefined, null, true, 7, '', 'card', [], {}, [card()], { card: card() }, () => card()]) assert.ok(cardFault(value));
});

test('no value of another type passes anywhere', () => {
  const whole = card();
  // Of these, at most one may be right in any place, an object only where any is.
  for (const path of places(whole)) {
    if (path[0] === 'changes' && path.length > 1) continue;
    const passing = [7.5, true, 'a word', [[]], { of: { another: 'kind' } }].filter((value) => withValue(whole, path, value, cardFault) === null);
    assert.ok(passing.length <= 1, `${path.join('.')} takes ${JSON.stringify(passing)}`);
  }
});

test('a card of another schema is not guessed at', () => assert.match(cardFault(card({ schema: 2 })) ?? '', /schema/));

test('a citation must lead to a quotation that is there', () => {
  const lost = changed({ path: ['insight', 'timeline', 0, 'event', 'citations'], value: [{ source: 2, quote: 'nowhere' }] });
  assert.match(cardFault(lost) ?? '', /2nowhere/);
});

test('names of an object’s own prototype are no types and no fields', () => {
  assert.ok(cardFault(changed({ path: ['headline', 'kind'], value: 'toString' })));
  const without = changed({ path: ['headline', 'label'] });
  Object.setPrototypeOf(without.headline, { label: null });
  assert.match(cardFault(without) ?? '', /label is missing/);
});
