"""The tables of a SQLite store."""

VERSION = 3
"""Of the tables below. A file of another version is refused."""

SCHEMA = """
CREATE TABLE header(name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;
-- The last ref, event and removal there were, how many articles and postings there are, and
-- whether something of articles that are gone may still stand in the write-ahead log and in the
-- search index.
CREATE TABLE ledger(
  ref INTEGER NOT NULL,
  cursor INTEGER NOT NULL,
  removal INTEGER NOT NULL,
  articles INTEGER NOT NULL,
  postings INTEGER NOT NULL,
  log_untidy INTEGER NOT NULL,
  words_untidy INTEGER NOT NULL);
INSERT INTO ledger VALUES(0, 0, 0, 0, 0, 0, 0);

-- An article never changes; a new version is a new row. Times are microseconds since 1970,
-- `at` is the time of publication or, where that is unknown, of arrival; `topic` is empty until
-- the article is found to have text in common with another one.
CREATE TABLE article(
  ref INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  fingerprint TEXT NOT NULL,
  version INTEGER NOT NULL,
  received INTEGER NOT NULL,
  at INTEGER NOT NULL,
  source TEXT,
  topic BLOB NOT NULL,
  url_key BLOB,
  body BLOB NOT NULL);
CREATE INDEX article_at ON article(at);
CREATE UNIQUE INDEX article_url ON article(url_key) WHERE url_key IS NOT NULL;
-- Other names of articles: ids of articles that turned out to have the same URL.
CREATE TABLE name(name TEXT PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX name_id ON name(id);
CREATE TABLE posting(ref INTEGER PRIMARY KEY, at INTEGER NOT NULL, keys BLOB NOT NULL);
CREATE TABLE pending(ref INTEGER PRIMARY KEY, since INTEGER NOT NULL, stale INTEGER NOT NULL);
CREATE TABLE removal(number INTEGER PRIMARY KEY, ref INTEGER NOT NULL);

CREATE TABLE edge(
  left INTEGER NOT NULL,
  right INTEGER NOT NULL,
  relation TEXT NOT NULL,
  score REAL NOT NULL,
  binds_left INTEGER NOT NULL,
  binds_right INTEGER NOT NULL,
  left_coverage BLOB NOT NULL,
  right_coverage BLOB NOT NULL,
  match BLOB NOT NULL,
  PRIMARY KEY(left, right)) WITHOUT ROWID;
CREATE INDEX edge_right ON edge(right);

-- The number of a cluster is its age.
CREATE TABLE cluster(
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  size INTEGER NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  updated INTEGER NOT NULL);
CREATE INDEX cluster_newest ON cluster(last_at, number);
CREATE INDEX cluster_largest ON cluster(size, last_at, number);
CREATE TABLE redirect(id TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX redirect_number ON redirect(number);
CREATE TABLE member(
  ref INTEGER PRIMARY KEY,
  cluster INTEGER NOT NULL,
  at INTEGER NOT NULL,
  received INTEGER NOT NULL,
  source TEXT);
CREATE INDEX member_cluster ON member(cluster, at, received);
CREATE INDEX member_source ON member(source, cluster) WHERE source IS NOT NULL;
CREATE VIRTUAL TABLE words USING fts5(text, content='', detail=none, columnsize=0,
  tokenize='unicode61 remove_diacritics 0');

-- What people said of pairs of articles; left is the smaller id.
CREATE TABLE judgement(
  left TEXT NOT NULL,
  right TEXT NOT NULL,
  opinion TEXT NOT NULL,
  at INTEGER NOT NULL,
  person TEXT,
  note TEXT,
  PRIMARY KEY(left, right)) WITHOUT ROWID;
CREATE INDEX judgement_right ON judgement(right);
CREATE INDEX judgement_at ON judgement(at, left, right);

-- Named requests and their answers. Times are microseconds since 1970.
CREATE TABLE request(
  name TEXT PRIMARY KEY,
  digest BLOB NOT NULL,
  first BLOB NOT NULL,
  token BLOB NOT NULL,
  held INTEGER NOT NULL,
  kept INTEGER NOT NULL,
  answer BLOB) WITHOUT ROWID;
CREATE INDEX request_kept ON request(kept);

CREATE TABLE event(
  cursor INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  articles TEXT NOT NULL,
  cluster TEXT,
  into_cluster TEXT);
"""

OUTLINES = """
CREATE TABLE IF NOT EXISTS outline(ref INTEGER PRIMARY KEY, outline BLOB NOT NULL)
"""
"""Outlines of articles (``dedup.outline``), apart from them: in their rows they would leave pages
half empty. Files that were made before get the table when they are opened."""

RUNS = """
CREATE TABLE IF NOT EXISTS run(
  name TEXT PRIMARY KEY,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  removal INTEGER NOT NULL,
  era INTEGER NOT NULL) WITHOUT ROWID
"""
"""Files of the index (``dedup.store.sqlite_runs``). Files that were made before get the table when
they are opened; a wiretwin that does not know it does no harm."""
