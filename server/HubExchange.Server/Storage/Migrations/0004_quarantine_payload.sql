-- Finds a refused change that is pushed once more while it is still open, by its content. Without the key, which may be long.
create index quarantine_open_payload on hub.quarantine (source, type, sha256(payload)) where state = 'OPEN';
