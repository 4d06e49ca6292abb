-- One hub at a time looks after the partitions of the feed; the lock ends with the transaction.
select pg_try_advisory_xact_lock(7163384712);
