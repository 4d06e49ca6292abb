-- Lets one transaction at a time write for a source, over all its streams and types. Held until commit.
select pg_advisory_xact_lock(hashtextextended('hub.source:' || $1, 0));
