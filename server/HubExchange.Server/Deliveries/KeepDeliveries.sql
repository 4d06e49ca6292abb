-- Partitions ahead made, old ones dropped.
select hub.keep_deliveries($1, $2);
