-- What was done to tags here: what each held before and after. `repository` is the same for all names of its registry. `at` is
-- in milliseconds since 1970. A row is written before the tag is moved; `certain` says that what it held then was read back.
CREATE TABLE tag_moves (
    id TEXT PRIMARY KEY,
    repository TEXT NOT NULL,
    tag TEXT NOT NULL,
    kind TEXT NOT NULL,
    job TEXT NOT NULL,
    digest_before TEXT,
    digest_after TEXT,
    certain BIGINT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX tag_moves_by_tag ON tag_moves (repository, tag, at, id);
