-- A reconciliation ends. Primary key.
update hub.reconciliation
set state = @state, ended_at = @at, sequence = @Sequence, source_count = @SourceCount, hub_count = @HubCount, digest = @digest,
  missing = @Missing, extra = @Extra, stale = @Stale, forks = @Forks, mended = @Mended, allowed = @Allowed, bytes = @Bytes,
  round_trips = @RoundTrips, cells = @Cells, failure = @Failure, decided_by = @DecidedBy, certificate = @certificate
where id = @Id;
