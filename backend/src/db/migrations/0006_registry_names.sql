-- One row for each registry, whichever of its names it was set by: `host` is what all of them have in common, and `name` is
-- the one that was used last. Docker Hub has two; what was set later counted.
ALTER TABLE registry_settings ADD COLUMN name TEXT NOT NULL DEFAULT '';
UPDATE registry_settings SET name = host;
DELETE FROM registry_settings WHERE host = 'docker.io' AND EXISTS (
    SELECT 1 FROM registry_settings AS other
    WHERE other.host = 'registry-1.docker.io' AND other.updated_at >= registry_settings.updated_at
);
DELETE FROM registry_settings WHERE host = 'registry-1.docker.io' AND EXISTS (
    SELECT 1 FROM registry_settings AS other WHERE other.host = 'docker.io'
);
UPDATE registry_settings SET host = 'registry-1.docker.io' WHERE host = 'docker.io';
