-- Who is at work on a job, until when (milliseconds since 1970) that is certain without a renewal; which change of the job
-- was saved last; and whether its tags have been looked at, so that `before` in it is what they held.
ALTER TABLE push_jobs ADD COLUMN lease_owner TEXT;
ALTER TABLE push_jobs ADD COLUMN lease_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE push_jobs ADD COLUMN version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE push_jobs ADD COLUMN looked BIGINT NOT NULL DEFAULT 0;
CREATE INDEX push_jobs_unfinished ON push_jobs (final, lease_until);
