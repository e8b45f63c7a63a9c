import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isSamePage, originPattern, pageKind, plainAddress, serverAddress } from '../../extension/core/thread-url.js';

const THREADS = {
  'a post in a community': ['https://www.reddit.com/r/LocalLLaMA/comments/1zk2brw/some_title/', 'reddit'],
  'one without title or slash': ['https://reddit.com/r/a/comments/1zk2brw', 'reddit'],
  'one with a comment in front': ['https://www.reddit.com/r/a/comments/1zk2brw/comment/m7kb55p/?context=3#x', 'reddit'],
  'the old layout': ['https://old.reddit.com/r/a/comments/1zk2brw/t/', 'reddit'],
  'the short path': ['https://www.reddit.com/comments/1zk2brw/', 'reddit'],
  "a post on somebody's profile": ['https://www.reddit.com/user/some-one/comments/1zk2brw/t/', 'reddit'],
  'a gallery': ['https://www.reddit.com/gallery/1zk2brw', 'reddit'],
  'a share link': ['https://www.reddit.com/r/a/s/AbCdEf123', 'reddit'],
  'the short host': ['https://redd.it/1zk2brw', 'reddit'],
  'Hacker News': ['https://news.ycombinator.com/item?id=47126614', 'hackernews'],
  'Lobsters': ['https://lobste.rs/s/tdfoqh/ranking', 'lobsters'],
  'a question': ['https://stackoverflow.com/questions/11/x', 'stackexchange'],
  'a pull request': ['https://github.com/a/b/pull/7', 'github'],
  "a forum's topic": ['https://forum.example/t/kettles/77', 'discourse'],
};

const NO_THREADS = {
  "a community's feed": 'https://www.reddit.com/r/LocalLLaMA/',
  'the front page': 'https://www.reddit.com/',
  'a host that only looks like Reddit': 'https://www.reddit.com.example.org/r/a/comments/1zk2brw/t/',
  'Reddit named in a query': 'https://example.org/?u=https://www.reddit.com/r/a/comments/1zk2brw/t/',
  'an article': 'https://example.org/2026/02/23/title',
  'the front page of Hacker News': 'https://news.ycombinator.com/news',
};

const NO_PAGES = ['chrome://extensions', 'about:blank', 'file:///tmp/a.html', 'chrome-extension://abc/panel.html', 'javascript:alert(1)', 'data:text/html,x', '', 'reddit', null, undefined, 7];

for (const [what, [address, site]] of Object.entries(THREADS)) {
  test(`${what} is a thread`, () => assert.deepEqual(pageKind(address), { kind: 'thread', site }));
}

for (const [what, address] of Object.entries(NO_THREADS)) {
  test(`${what} is a page and no thread`, () => assert.deepEqual(pageKind(address), { kind: 'page', site: null }));
}

test('what no server can open is no page', () => {
  for (const address of NO_PAGES) assert.deepEqual(pageKind(address), { kind: 'none', site: null }, String(address));
});

test('a thread is the same page in any layout, another thread is not, and a share link might be anything', () => {
  assert.ok(isSamePage('https://old.reddit.com/r/a/comments/1zk2brw/t/?sort=new', 'https://www.reddit.com/r/a/comments/1zk2brw/other/#c'));
  assert.ok(!isSamePage('https://www.reddit.com/r/a/comments/1zk2brw/t/', 'https://www.reddit.com/r/a/comments/1zk2brx/t/'));
  assert.ok(!isSamePage('https://www.reddit.com/r/a/s/AbCdEf123', 'https://www.reddit.com/r/a/s/AbCdEf123'));
  assert.ok(!isSamePage('about:blank', 'about:blank'));
});

test('a server address is kept in one spelling', () => {
  assert.equal(serverAddress(' http://127.0.0.1:8321/ '), 'http://127.0.0.1:8321');
  assert.equal(serverAddress('localhost:8321'), 'http://localhost:8321');
  assert.equal(serverAddress('https://cards.example/threadproof//?q=1#top'), 'https://cards.example/threadproof');
});

test('a server address that is none, or carries a password, is refused', () => {
  for (const typed of ['', '   ', 'ftp://host', 'javascript:alert(1)', 'file:///etc/passwd', 'https://me:secret@host', 'http://']) {
    assert.equal(serverAddress(typed), null, typed);
  }
});

test('the permission for a server names its host without a port', () => {
  assert.equal(originPattern('http://10.0.0.7:8321'), 'http://10.0.0.7/*');
  assert.equal(originPattern('https://cards.example/threadproof'), 'https://cards.example/*');
});

test("an address leaves without its reader: no password, no mail's or share's id, no place on the page", () => {
  assert.equal(plainAddress('https://www.reddit.com/r/a/comments/1zk2brw/t/?share_id=Abc&correlation_id=77&context=3#c'), 'https://www.reddit.com/r/a/comments/1zk2brw/t/');
  assert.equal(plainAddress('https://me:secret@example.org/a?id=7&utm_source=mail&fbclid=X&page=2#part'), 'https://example.org/a?id=7&page=2');
  assert.equal(plainAddress('https://news.ycombinator.com/item?id=47126614&auth=abc#47126620'), 'https://news.ycombinator.com/item?id=47126614');
  assert.equal(plainAddress('https://example.org/a?'), 'https://example.org/a');
  for (const none of ['about:blank', 'chrome://newtab', '', null, undefined]) assert.equal(plainAddress(none), null);
});
