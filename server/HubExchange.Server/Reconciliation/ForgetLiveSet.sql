-- Forgets a checkpoint that is not to be trusted. Primary key.
delete from hub.live_set
where source = $1
  and type = $2;
