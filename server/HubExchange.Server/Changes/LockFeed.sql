-- One transaction at a time appends to the feed, from here to its commit: positions become visible in their order.
select pg_advisory_xact_lock(hashtextextended('hub.change', 0));
