-- The right to reconcile a type of a source, until the connection ends.
select pg_try_advisory_lock(hashtextextended('hub.reconciliation' || chr(10) || $1 || chr(10) || $2, 0));
