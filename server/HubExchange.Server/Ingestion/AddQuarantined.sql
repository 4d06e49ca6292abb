-- Keeps a refused change.
insert into hub.quarantine (source, stream, sequence, index, type, key, payload, violations, rules, recorded_at)
values (@source, @stream, @sequence, @index, @type, @key, @payload, @violations::jsonb, @rules, @recordedAt)
returning id;
