-- Forgets the list of a source and type. Primary key.
delete from hub.manifest_part
where source = $1
  and type = $2;
