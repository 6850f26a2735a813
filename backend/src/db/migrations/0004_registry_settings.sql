-- What was set for a registry through the API, as JSON. No secrets.
CREATE TABLE registry_settings (
    host TEXT PRIMARY KEY,
    options TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);
