-- Pushes that wait for their parts: what was asked for, and what has come, as JSON. `version` counts changes: of two servers
-- that change a gather at once, one begins again. Times are in milliseconds since 1970.
CREATE TABLE gathers (
    id TEXT PRIMARY KEY,
    idempotency_key TEXT UNIQUE,
    request TEXT NOT NULL,
    gathering TEXT NOT NULL,
    version BIGINT NOT NULL,
    waiting BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    keep_until BIGINT NOT NULL
);
CREATE INDEX gathers_by_age ON gathers (created_at, id);
-- What may add parts to which of them: the tokens' hashes.
CREATE TABLE gather_tokens (
    hash TEXT PRIMARY KEY,
    gather TEXT NOT NULL,
    issued_at BIGINT NOT NULL
);
CREATE INDEX gather_tokens_by_gather ON gather_tokens (gather, issued_at);
