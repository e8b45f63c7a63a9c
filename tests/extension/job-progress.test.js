import assert from 'node:assert/strict';
import { test } from 'node:test';

import { card, changed } from './cards.js';
import { afterEvent, newProgress } from '../../extension/core/job-progress.js';

const apply = (...events) => events.reduce((progress, [event, payload]) => afterEvent(progress, { event, data: typeof payload === 'string' ? payload : JSON.stringify(payload) }), newProgress());
const states = ({ stages }) => Object.fromEntries(stages.filter(({ state }) => state !== 'waiting').map(({ name, state }) => [name, state]));
const claim = (text) => ({ label: null, text, kind: 'web', citations: [], support: 'supported', corroborated: false });
const half = (text) => card({ status: 'partial', headline: claim(text) });

test('stages may run side by side and keep their last note', () => {
  const progress = apply(
    ['stage', { stage: 'read', state: 'started', note: null }],
    ['stage', { stage: 'search', state: 'started', note: '3 queries' }],
    ['stage', { stage: 'read', state: 'done', note: '84 of 312 comments' }],
    ['stage', { stage: 'search', state: 'done', note: null }],
    ['stage', { stage: 'write', state: 'started', note: null }],
  );
  assert.deepEqual(states(progress), { read: 'done', search: 'done', write: 'working' });
  assert.equal(progress.stages[0].note, '84 of 312 comments');
  assert.equal(progress.stages[1].note, '3 queries');
});

test('reading again is a new attempt and undoes what came after', () => {
  const progress = apply(
    ['stage', { stage: 'read', state: 'done', note: '9 comments' }],
    ['stage', { stage: 'fetch', state: 'started', note: null }],
    ['section', { section: 'headline', card: half('Old') }],
    ['stage', { stage: 'read', state: 'started', note: null }],
  );
  assert.deepEqual(states(progress), { read: 'working' });
  assert.equal(progress.card, null);
});

test('a section brings the whole card so far', () => {
  const progress = apply(
    ['section', { section: 'headline', card: half('Old') }],
    ['section', { section: 'tldr', card: half('New') }],
  );
  assert.deepEqual(progress.card, half('New'));
});

test('the card ends the job and completes every stage', () => {
  const progress = apply(['stage', { stage: 'read', state: 'started', note: null }], ['card', { card: card() }]);
  assert.deepEqual(progress.outcome, { kind: 'card', card: card() });
  assert.ok(progress.stages.every(({ state }) => state === 'done'));
});

test('a failure carries its problem', () => {
  const problem = { type: 'thread-unavailable', title: 'Gone', detail: 'Open it first.', status: 404, retryable: false };
  assert.deepEqual(apply(['failed', problem]).outcome, { kind: 'failed', problem: { ...problem, retryAfterS: null } });
});

test('a snapshot of a running job marks the stages before the current one', () => {
  const progress = apply(['snapshot', { job: { id: 'j', state: 'working', stage: 'fetch' }, card: half('H') }]);
  assert.deepEqual(states(progress), { read: 'done', search: 'done', fetch: 'working' });
  assert.equal(progress.card.headline.text, 'H');
});

test('a snapshot of a finished job is its end', () => {
  const ref = { id: 'c1', permalink: 'https://t.example/c/c1' };
  assert.deepEqual(apply(['snapshot', { job: { state: 'done', card: ref }, card: card() }]).outcome, { kind: 'card', card: card() });
  assert.deepEqual(apply(['snapshot', { job: { state: 'done', card: ref }, card: null }]).outcome, { kind: 'saved', cardId: 'c1' });
  assert.equal(apply(['snapshot', { job: { state: 'failed', error: { title: 'No' } }, card: null }]).outcome.kind, 'failed');
  assert.equal(apply(['snapshot', { job: { state: 'cancelled' }, card: null }]).outcome.kind, 'cancelled');
});

test('what is not in the contract changes nothing', () => {
  const before = apply(['stage', { stage: 'read', state: 'started', note: null }]);
  for (const [event, data] of [['stage', 'no json'], ['stage', '[]'], ['stage', '{"stage":"dance"}'], ['section', '{"card":"x"}'], ['section', '{"card":{"id":"c1"}}'], ['snapshot', '{}'], ['applause', '{}'], ['toString', '{}'], ['disconnected', '']]) {
    assert.deepEqual(afterEvent(before, { event, data }), before, `${event} ${data}`);
  }
});

test('a section whose card is not whole is not shown, a card that is none fails the job', () => {
  const broken = changed({ path: ['sources'] });
  assert.equal(apply(['section', { section: 'tldr', card: broken }]).card, null);
  assert.equal(apply(['section', { section: 'headline', card: half('Whole') }], ['section', { section: 'tldr', card: broken }]).card.headline.text, 'Whole');
  const { outcome } = apply(['card', { card: broken }]);
  assert.deepEqual([outcome.kind, outcome.problem.type, outcome.problem.retryable], ['failed', 'bad-card', false]);
});
