import assert from 'node:assert/strict';
import { test } from 'node:test';

import { DEFAULTS, migrate } from '../../extension/storage.js';

test('nothing stored means the defaults', () => {
  for (const stored of [undefined, null, {}, 'text', 7]) assert.deepEqual(migrate(stored), DEFAULTS);
});

test('settings from before versions keep their values', () => {
  assert.deepEqual(migrate({ server: 'https://cards.example', key: 'k' }), { ...DEFAULTS, server: 'https://cards.example', key: 'k' });
});

test("today's settings come back as they are", () => {
  const settings = { ...DEFAULTS, server: 'https://cards.example', capture: false, badge: true };
  assert.deepEqual(migrate(settings), settings);
});

test('settings from a newer version lose only what we do not know', () => {
  assert.deepEqual(migrate({ v: 9, server: 'https://cards.example', key: 'k', aura: 'dark' }), { ...DEFAULTS, server: 'https://cards.example', key: 'k' });
});

test('a value of the wrong type falls back to its default', () => {
  assert.deepEqual(migrate({ v: 1, server: null, key: ['k'], capture: 'no', badge: 1 }), DEFAULTS);
});
