import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createEventParser } from '../../extension/core/job-events.js';

const bytes = (text) => new TextEncoder().encode(text);

const STREAM = '\uFEFF: hello\r\nretry: 1500\r\nid: 1-1\r\nevent: stage\r\ndata: {"stage":"read",\r\ndata: "note":"84 of 312 — ✓ 🫖"}\r\n\r\n'
  + 'id: 1-2\nevent: section\ndata:{"section":"tldr"}\n\n'
  + 'data\n\n'
  + ':keep-alive\r\r'
  + 'event: card\rid: 1-3\rdata:  two spaces\r\r';

const EVENTS = [
  { id: '1-1', event: 'stage', data: '{"stage":"read",\n"note":"84 of 312 — ✓ 🫖"}' },
  { id: '1-2', event: 'section', data: '{"section":"tldr"}' },
  { id: '1-2', event: 'message', data: '' },
  { id: '1-3', event: 'card', data: ' two spaces' },
];

/** @param {Uint8Array[]} chunks */
function parse(chunks) {
  const parser = createEventParser();
  return { events: chunks.flatMap((chunk) => parser.push(chunk)), parser };
}

test('a stream in one piece is read as the specification says', () => {
  const { events, parser } = parse([bytes(STREAM)]);
  assert.deepEqual(events, EVENTS);
  assert.equal(parser.lastEventId, '1-3');
  assert.equal(parser.retryMs, 1500);
});

test('chunk borders change nothing, wherever they fall', () => {
  const whole = bytes(STREAM);
  for (let border = 0; border <= whole.length; border += 1) {
    assert.deepEqual(parse([whole.slice(0, border), whole.slice(border)]).events, EVENTS, `border at ${border}`);
  }
});

test('a stream that drips in byte by byte is read the same', () => {
  assert.deepEqual(parse(Array.from(bytes(STREAM), (byte) => Uint8Array.of(byte))).events, EVENTS);
});

test('an event cut off by a broken connection is not reported', () => {
  const { events, parser } = parse([bytes('id: 7\ndata: whole\n\nevent: card\ndata: {"half":')]);
  assert.deepEqual(events, [{ id: '7', event: 'message', data: 'whole' }]);
  assert.equal(parser.lastEventId, '7');
});

test('an id with a null character and unknown fields are ignored', () => {
  assert.deepEqual(parse([bytes('id: 1\nid: 2\0\ncolour: red\nretry: soon\ndata: x\n\n')]).events, [{ id: '1', event: 'message', data: 'x' }]);
});

test('a name does not outlive its event', () => {
  assert.deepEqual(parse([bytes('event: stage\n\ndata: x\n\n')]).events, [{ id: '', event: 'message', data: 'x' }]);
});
