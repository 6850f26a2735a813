CREATE TABLE push_jobs (
    id TEXT PRIMARY KEY,
    idempotency_key TEXT UNIQUE,
    request TEXT NOT NULL,
    job TEXT NOT NULL,
    final BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
