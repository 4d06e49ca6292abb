-- Writes a checkpoint. Primary key.
insert into hub.live_set (source, type, version, position, seal, saved_at, content)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (source, type) do update
set version = excluded.version, position = excluded.position, seal = excluded.seal, saved_at = excluded.saved_at, content = excluded.content;
