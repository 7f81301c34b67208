-- Aggregates: one table per collection, all with the same columns. Keys are assigned in the order of
-- insertion and identities start with a time-ordered part, so that inserts append everywhere.
-- Times are microseconds since the epoch. Indexes are partial where most rows have nothing to find.

CREATE TABLE checkout_sessions (
    key INTEGER PRIMARY KEY,
    tenant INTEGER NOT NULL,
    id TEXT NOT NULL CHECK (id <> ''),
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    unique_ref TEXT,
    parent TEXT,
    due_at INTEGER,
    revision INTEGER NOT NULL CHECK (revision > 0),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    rendered BLOB,
    document BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX checkout_sessions_id ON checkout_sessions (tenant, id);
CREATE UNIQUE INDEX checkout_sessions_unique_ref ON checkout_sessions (tenant, unique_ref) WHERE unique_ref IS NOT NULL;
CREATE INDEX checkout_sessions_parent ON checkout_sessions (tenant, parent) WHERE parent IS NOT NULL;
CREATE INDEX checkout_sessions_due_at ON checkout_sessions (tenant, due_at) WHERE due_at IS NOT NULL;

CREATE TABLE orders (
    key INTEGER PRIMARY KEY,
    tenant INTEGER NOT NULL,
    id TEXT NOT NULL CHECK (id <> ''),
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    unique_ref TEXT,
    parent TEXT,
    due_at INTEGER,
    revision INTEGER NOT NULL CHECK (revision > 0),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    rendered BLOB,
    document BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX orders_id ON orders (tenant, id);
CREATE UNIQUE INDEX orders_unique_ref ON orders (tenant, unique_ref) WHERE unique_ref IS NOT NULL;
CREATE INDEX orders_parent ON orders (tenant, parent) WHERE parent IS NOT NULL;
CREATE INDEX orders_due_at ON orders (tenant, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX orders_owner ON orders (tenant, owner);
CREATE INDEX orders_state ON orders (tenant, state);

CREATE TABLE charge_intents (
    key INTEGER PRIMARY KEY,
    tenant INTEGER NOT NULL,
    id TEXT NOT NULL CHECK (id <> ''),
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    unique_ref TEXT,
    parent TEXT,
    due_at INTEGER,
    revision INTEGER NOT NULL CHECK (revision > 0),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    rendered BLOB,
    document BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX charge_intents_id ON charge_intents (tenant, id);
CREATE UNIQUE INDEX charge_intents_unique_ref ON charge_intents (tenant, unique_ref) WHERE unique_ref IS NOT NULL;
CREATE INDEX charge_intents_parent ON charge_intents (tenant, parent) WHERE parent IS NOT NULL;
CREATE INDEX charge_intents_due_at ON charge_intents (tenant, due_at) WHERE due_at IS NOT NULL;

CREATE TABLE payment_tokens (
    key INTEGER PRIMARY KEY,
    tenant INTEGER NOT NULL,
    id TEXT NOT NULL CHECK (id <> ''),
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    unique_ref TEXT,
    parent TEXT,
    due_at INTEGER,
    revision INTEGER NOT NULL CHECK (revision > 0),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    rendered BLOB,
    document BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX payment_tokens_id ON payment_tokens (tenant, id);
CREATE UNIQUE INDEX payment_tokens_unique_ref ON payment_tokens (tenant, unique_ref) WHERE unique_ref IS NOT NULL;
CREATE INDEX payment_tokens_parent ON payment_tokens (tenant, parent) WHERE parent IS NOT NULL;
CREATE INDEX payment_tokens_due_at ON payment_tokens (tenant, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX payment_tokens_owner ON payment_tokens (tenant, owner);

CREATE TABLE charges (
    key INTEGER PRIMARY KEY,
    tenant INTEGER NOT NULL,
    id TEXT NOT NULL CHECK (id <> ''),
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    unique_ref TEXT,
    parent TEXT,
    due_at INTEGER,
    revision INTEGER NOT NULL CHECK (revision > 0),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    rendered BLOB,
    document BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX charges_id ON charges (tenant, id);
CREATE UNIQUE INDEX charges_unique_ref ON charges (tenant, unique_ref) WHERE unique_ref IS NOT NULL;
CREATE INDEX charges_parent ON charges (tenant, parent) WHERE parent IS NOT NULL;
CREATE INDEX charges_due_at ON charges (tenant, due_at) WHERE due_at IS NOT NULL;

CREATE TABLE refunds (
    key INTEGER PRIMARY KEY,
    tenant INTEGER NOT NULL,
    id TEXT NOT NULL CHECK (id <> ''),
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    unique_ref TEXT,
    parent TEXT,
    due_at INTEGER,
    revision INTEGER NOT NULL CHECK (revision > 0),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    rendered BLOB,
    document BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX refunds_id ON refunds (tenant, id);
CREATE UNIQUE INDEX refunds_unique_ref ON refunds (tenant, unique_ref) WHERE unique_ref IS NOT NULL;
CREATE INDEX refunds_parent ON refunds (tenant, parent) WHERE parent IS NOT NULL;
CREATE INDEX refunds_due_at ON refunds (tenant, due_at) WHERE due_at IS NOT NULL;

CREATE TABLE vaulted_cards (
    key INTEGER PRIMARY KEY,
    tenant INTEGER NOT NULL,
    id TEXT NOT NULL CHECK (id <> ''),
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    unique_ref TEXT,
    parent TEXT,
    due_at INTEGER,
    revision INTEGER NOT NULL CHECK (revision > 0),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    rendered BLOB,
    document BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX vaulted_cards_id ON vaulted_cards (tenant, id);
CREATE UNIQUE INDEX vaulted_cards_unique_ref ON vaulted_cards (tenant, unique_ref) WHERE unique_ref IS NOT NULL;
CREATE INDEX vaulted_cards_parent ON vaulted_cards (tenant, parent) WHERE parent IS NOT NULL;
CREATE INDEX vaulted_cards_due_at ON vaulted_cards (tenant, due_at) WHERE due_at IS NOT NULL;

CREATE TABLE feeds (
    key INTEGER PRIMARY KEY,
    tenant INTEGER NOT NULL,
    id TEXT NOT NULL CHECK (id <> ''),
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    unique_ref TEXT,
    parent TEXT,
    due_at INTEGER,
    revision INTEGER NOT NULL CHECK (revision > 0),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    rendered BLOB,
    document BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX feeds_id ON feeds (tenant, id);
CREATE UNIQUE INDEX feeds_unique_ref ON feeds (tenant, unique_ref) WHERE unique_ref IS NOT NULL;
CREATE INDEX feeds_parent ON feeds (tenant, parent) WHERE parent IS NOT NULL;
CREATE INDEX feeds_due_at ON feeds (tenant, due_at) WHERE due_at IS NOT NULL;

CREATE TABLE purchases (
    key INTEGER PRIMARY KEY,
    tenant INTEGER NOT NULL,
    id TEXT NOT NULL CHECK (id <> ''),
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    unique_ref TEXT,
    parent TEXT,
    due_at INTEGER,
    revision INTEGER NOT NULL CHECK (revision > 0),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    rendered BLOB,
    document BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX purchases_id ON purchases (tenant, id);
CREATE UNIQUE INDEX purchases_unique_ref ON purchases (tenant, unique_ref) WHERE unique_ref IS NOT NULL;
CREATE INDEX purchases_parent ON purchases (tenant, parent) WHERE parent IS NOT NULL;
CREATE INDEX purchases_due_at ON purchases (tenant, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX purchases_owner ON purchases (tenant, owner);

CREATE TABLE consents (
    key INTEGER PRIMARY KEY,
    tenant INTEGER NOT NULL,
    id TEXT NOT NULL CHECK (id <> ''),
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    unique_ref TEXT,
    parent TEXT,
    due_at INTEGER,
    revision INTEGER NOT NULL CHECK (revision > 0),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    rendered BLOB,
    document BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX consents_id ON consents (tenant, id);
CREATE UNIQUE INDEX consents_unique_ref ON consents (tenant, unique_ref) WHERE unique_ref IS NOT NULL;
CREATE INDEX consents_parent ON consents (tenant, parent) WHERE parent IS NOT NULL;
CREATE INDEX consents_due_at ON consents (tenant, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX consents_owner ON consents (tenant, owner);

CREATE TABLE conversations (
    key INTEGER PRIMARY KEY,
    tenant INTEGER NOT NULL,
    id TEXT NOT NULL CHECK (id <> ''),
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    unique_ref TEXT,
    parent TEXT,
    due_at INTEGER,
    revision INTEGER NOT NULL CHECK (revision > 0),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    rendered BLOB,
    document BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX conversations_id ON conversations (tenant, id);
CREATE UNIQUE INDEX conversations_unique_ref ON conversations (tenant, unique_ref) WHERE unique_ref IS NOT NULL;
CREATE INDEX conversations_parent ON conversations (tenant, parent) WHERE parent IS NOT NULL;
CREATE INDEX conversations_due_at ON conversations (tenant, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX conversations_owner ON conversations (tenant, owner);

CREATE TABLE received_events (
    key INTEGER PRIMARY KEY,
    tenant INTEGER NOT NULL,
    id TEXT NOT NULL CHECK (id <> ''),
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    unique_ref TEXT,
    parent TEXT,
    due_at INTEGER,
    revision INTEGER NOT NULL CHECK (revision > 0),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    rendered BLOB,
    document BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX received_events_id ON received_events (tenant, id);
CREATE UNIQUE INDEX received_events_unique_ref ON received_events (tenant, unique_ref) WHERE unique_ref IS NOT NULL;
CREATE INDEX received_events_parent ON received_events (tenant, parent) WHERE parent IS NOT NULL;
CREATE INDEX received_events_due_at ON received_events (tenant, due_at) WHERE due_at IS NOT NULL;

-- Products and stock are apart: stock rows are small and hot, products large and calm.
CREATE TABLE products (
    key INTEGER PRIMARY KEY,
    tenant INTEGER NOT NULL,
    item_id TEXT NOT NULL CHECK (item_id <> ''),
    price INTEGER NOT NULL CHECK (price >= 0),
    currency TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    document BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX products_item_id ON products (tenant, item_id);

-- on_hand: units there and not sold, the reserved ones among them. available = on_hand - reserved.
CREATE TABLE stock (
    tenant INTEGER NOT NULL,
    item_id TEXT NOT NULL CHECK (item_id <> ''),
    on_hand INTEGER NOT NULL,
    reserved INTEGER NOT NULL DEFAULT 0 CHECK (reserved >= 0),
    sold INTEGER NOT NULL DEFAULT 0 CHECK (sold >= 0),
    PRIMARY KEY (tenant, item_id),
    CHECK (on_hand >= reserved)
) STRICT, WITHOUT ROWID;

-- The holder (a checkout session) comes first, so that reservations append and go together.
CREATE TABLE reservations (
    tenant INTEGER NOT NULL,
    holder TEXT NOT NULL CHECK (holder <> ''),
    item_id TEXT NOT NULL,
    qty INTEGER NOT NULL CHECK (qty > 0),
    PRIMARY KEY (tenant, holder, item_id)
) STRICT, WITHOUT ROWID;

-- Bodies append by key; the random scope stands in a narrow index of its own.
CREATE TABLE idempotency (
    key INTEGER PRIMARY KEY,
    scope BLOB NOT NULL CHECK (length(scope) = 16),
    state TEXT NOT NULL CHECK (state IN ('in_flight', 'stored')),
    lease_until INTEGER,
    status INTEGER,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    raw_fingerprint BLOB NOT NULL CHECK (length(raw_fingerprint) = 32),
    canonical_fingerprint BLOB NOT NULL CHECK (length(canonical_fingerprint) = 32),
    headers TEXT,
    body BLOB
) STRICT;
CREATE UNIQUE INDEX idempotency_scope ON idempotency (scope);
CREATE INDEX idempotency_expires_at ON idempotency (expires_at);

CREATE TABLE events (
    key INTEGER PRIMARY KEY,
    tenant INTEGER NOT NULL,
    topic TEXT NOT NULL,
    subject TEXT NOT NULL,
    revision INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    payload BLOB NOT NULL
) STRICT;
CREATE INDEX events_subject ON events (tenant, subject);

-- Of one subscriber and subject only the lowest open revision is 'waiting' or 'leased' and has a
-- due_at; the others are 'queued' behind it. due_at is the end of the lease while leased.
CREATE TABLE deliveries (
    key INTEGER PRIMARY KEY,
    tenant INTEGER NOT NULL,
    event_key INTEGER NOT NULL REFERENCES events (key),
    subscriber TEXT NOT NULL,
    subject TEXT NOT NULL,
    revision INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'waiting', 'leased', 'delivered', 'parked')),
    next_at INTEGER NOT NULL,
    due_at INTEGER,
    attempt INTEGER NOT NULL DEFAULT 0,
    epoch INTEGER NOT NULL DEFAULT 0,
    delivered_at INTEGER,
    last_error TEXT,
    CHECK ((due_at IS NOT NULL) = (state IN ('waiting', 'leased'))),
    CHECK ((delivered_at IS NOT NULL) = (state = 'delivered'))
) STRICT;
CREATE INDEX deliveries_due_at ON deliveries (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX deliveries_open ON deliveries (tenant, subscriber, subject, revision)
    WHERE state IN ('queued', 'waiting', 'leased');
CREATE INDEX deliveries_parked ON deliveries (key) WHERE state = 'parked';
CREATE INDEX deliveries_event ON deliveries (event_key);

CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
