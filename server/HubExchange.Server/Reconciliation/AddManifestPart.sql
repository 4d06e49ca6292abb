-- Keeps a part of a list. Where a hub that lost the right to reconcile has written meanwhile, that stays: what does not follow is not used.
-- Primary key.
insert into hub.manifest_part (source, type, number, digest, after, part, is_last, taken_at)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict do nothing;
