import assert from 'node:assert/strict';
import { test } from 'node:test';

import { cardIdOf, hashOf, PREFIX_DIGITS, readMatches } from '../../extension/core/lookup.js';

const KEY = 'https://www.reddit.com/comments/1zk2brw/';

test('the hash is the one the server keeps', async () => {
  // `printf https://www.reddit.com/comments/1zk2brw/ | sha256sum`
  assert.equal(await hashOf(KEY), '8c5191f01c9df09c56e04228fc7f76f2f8f193d1dacf47890fcfad0aab33a95b');
});

test('a card is found by the rest of its hash among those that begin alike', async () => {
  const hash = await hashOf(KEY);
  const matches = [{ suffix: '0'.repeat(61), id: 'other' }, { suffix: hash.slice(PREFIX_DIGITS), id: 'mine' }];
  assert.equal(cardIdOf(hash, matches), 'mine');
  assert.equal(cardIdOf(hash, matches.slice(0, 1)), null);
  assert.equal(cardIdOf(hash, []), null);
});

test('an answer in no shape we know holds no card', () => {
  for (const answer of [null, 7, {}, { matches: 'x' }, { matches: [null, 7, { suffix: 1, id: 'x' }, { suffix: 'x' }] }]) assert.deepEqual(readMatches(answer), []);
  assert.deepEqual(readMatches({ matches: [{ suffix: 'a', id: 'b', more: 1 }] }), [{ suffix: 'a', id: 'b' }]);
});
