-- Partitions ahead made, old ones dropped, by the clock that dates the entries.
select hub.keep_audit((clock_timestamp() at time zone 'UTC')::date, $1);
