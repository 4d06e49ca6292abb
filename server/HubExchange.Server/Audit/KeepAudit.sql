-- Partitions ahead made, old ones dropped.
select hub.keep_audit($1, $2);
