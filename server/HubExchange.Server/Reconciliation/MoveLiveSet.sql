-- Moves a checkpoint on whose content is still the same. Should another hub have written other content meanwhile, the seal no longer fits,
-- and the checkpoint is not trusted. Primary key.
update hub.live_set
set version = $3, position = $4, seal = $5, saved_at = $6
where source = $1
  and type = $2;
