-- Partitions ahead made, old ones dropped, by the clock that dates the deliveries.
select hub.keep_deliveries((clock_timestamp() at time zone 'UTC')::date, $1);
