# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sandbox's tables. Times are ISO 8601 in UTC with a Z, as the API writes them."""

SCHEMA_VERSION = 2

TABLES = """
CREATE TABLE central_account (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    home TEXT NOT NULL,
    registered TEXT,
    groups TEXT NOT NULL DEFAULT '[]',
    locked INTEGER NOT NULL DEFAULT 0,
    hidden INTEGER NOT NULL DEFAULT 0,
    emailable INTEGER NOT NULL DEFAULT 1,
    about TEXT NOT NULL DEFAULT ''
);
CREATE TABLE local_account (
    wiki TEXT NOT NULL,
    id INTEGER NOT NULL,
    central_id INTEGER NOT NULL REFERENCES central_account (id),
    registered TEXT,
    editcount INTEGER NOT NULL DEFAULT 0,
    groups TEXT NOT NULL DEFAULT '[]',
    attached TEXT NOT NULL,
    method TEXT NOT NULL,
    PRIMARY KEY (wiki, id),
    UNIQUE (wiki, central_id)
);
CREATE TABLE bot_password (
    central_id INTEGER NOT NULL REFERENCES central_account (id),
    app_id TEXT NOT NULL,
    password TEXT NOT NULL,
    PRIMARY KEY (central_id, app_id)
);
CREATE TABLE block (
    wiki TEXT NOT NULL,
    id INTEGER NOT NULL,
    target INTEGER NOT NULL,
    performer INTEGER NOT NULL,
    timestamp TEXT NOT NULL,
    expiry TEXT NOT NULL DEFAULT 'infinity',
    reason TEXT NOT NULL,
    pages TEXT,
    own_talk INTEGER NOT NULL DEFAULT 1,
    email INTEGER NOT NULL DEFAULT 1,
    hides_name INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (wiki, id)
);
CREATE TABLE global_block (
    id INTEGER PRIMARY KEY,
    central_id INTEGER REFERENCES central_account (id),
    address TEXT,
    performer INTEGER NOT NULL REFERENCES central_account (id),
    performer_wiki TEXT NOT NULL,
    timestamp TEXT NOT NULL,
    expiry TEXT NOT NULL,
    reason TEXT NOT NULL,
    CHECK ((central_id IS NULL) <> (address IS NULL))
);
CREATE TABLE page (
    wiki TEXT NOT NULL,
    id INTEGER NOT NULL,
    ns INTEGER NOT NULL,
    title TEXT NOT NULL,
    model TEXT NOT NULL DEFAULT 'wikitext',
    latest INTEGER NOT NULL DEFAULT 0,
    touched TEXT NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (wiki, id)
);
CREATE UNIQUE INDEX page_title ON page (wiki, ns, title) WHERE NOT deleted;
CREATE TABLE revision (
    wiki TEXT NOT NULL,
    id INTEGER NOT NULL,
    page_id INTEGER NOT NULL,
    parent_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    user_text TEXT,
    timestamp TEXT NOT NULL,
    comment TEXT NOT NULL,
    text TEXT NOT NULL,
    minor INTEGER NOT NULL DEFAULT 0,
    bot INTEGER NOT NULL DEFAULT 0,
    tags TEXT NOT NULL DEFAULT '[]',
    hidden INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (wiki, id)
);
CREATE INDEX revision_page ON revision (wiki, page_id, id);
CREATE INDEX revision_user ON revision (wiki, user_id, id);
CREATE TABLE protection (
    wiki TEXT NOT NULL,
    ns INTEGER NOT NULL,
    title TEXT NOT NULL,
    action TEXT NOT NULL,
    level TEXT NOT NULL,
    PRIMARY KEY (wiki, ns, title, action)
);
CREATE TABLE log (
    wiki TEXT NOT NULL,
    id INTEGER NOT NULL,
    type TEXT NOT NULL,
    action TEXT NOT NULL,
    user_id INTEGER NOT NULL,
    timestamp TEXT NOT NULL,
    comment TEXT NOT NULL,
    ns INTEGER NOT NULL,
    title TEXT NOT NULL,
    page_id INTEGER NOT NULL DEFAULT 0,
    params TEXT NOT NULL DEFAULT '{}',
    hidden INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (wiki, id)
);
CREATE TABLE abuse_filter (
    wiki TEXT NOT NULL,
    id INTEGER NOT NULL,
    description TEXT NOT NULL,
    phrase TEXT NOT NULL,
    private INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (wiki, id)
);
CREATE TABLE abuse_log (
    wiki TEXT NOT NULL,
    id INTEGER NOT NULL,
    filter_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    ns INTEGER NOT NULL,
    title TEXT NOT NULL,
    result TEXT NOT NULL,
    timestamp TEXT NOT NULL,
    PRIMARY KEY (wiki, id)
);
CREATE TABLE mail (
    wiki TEXT NOT NULL,
    id INTEGER NOT NULL,
    sender INTEGER NOT NULL,
    recipient INTEGER NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    timestamp TEXT NOT NULL,
    PRIMARY KEY (wiki, id)
);
CREATE TABLE wiki_state (
    wiki TEXT PRIMARY KEY,
    readonly_reason TEXT,
    next_revid INTEGER NOT NULL DEFAULT 1
);
CREATE TABLE session (
    id TEXT PRIMARY KEY,
    central_id INTEGER,
    secret TEXT NOT NULL,
    rights TEXT,
    remember INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE consumer (
    key TEXT PRIMARY KEY,
    secret TEXT NOT NULL,
    name TEXT NOT NULL,
    owner INTEGER NOT NULL,
    callback TEXT NOT NULL,
    callback_is_prefix INTEGER NOT NULL DEFAULT 0,
    grants TEXT NOT NULL,
    stage TEXT NOT NULL,
    owner_only INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE request_token (
    key TEXT PRIMARY KEY,
    secret TEXT NOT NULL,
    consumer TEXT NOT NULL,
    callback TEXT NOT NULL,
    made REAL NOT NULL,
    central_id INTEGER,
    verifier TEXT,
    used INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE acceptance (
    consumer TEXT NOT NULL,
    central_id INTEGER NOT NULL,
    access_key TEXT NOT NULL UNIQUE,
    access_secret TEXT NOT NULL,
    PRIMARY KEY (consumer, central_id)
);
CREATE TABLE nonce (
    consumer TEXT NOT NULL,
    token TEXT NOT NULL,
    nonce TEXT NOT NULL,
    timestamp INTEGER NOT NULL,
    PRIMARY KEY (consumer, token, nonce, timestamp)
);
"""
