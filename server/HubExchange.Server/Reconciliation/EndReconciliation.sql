-- A reconciliation ends. Whatever waited before it is settled by it, unless it failed or only listed: it has compared anew, and mended what was
-- approved. Of equal sides no list is kept. Primary keys, index reconciliation_source.
with settled as (
  update hub.reconciliation
  set state = 'DIFFERENT', settled_by = @Id, decided_by = case when id = @approved then @DecidedBy else decided_by end
  where source = @Source
    and type = @Type
    and state = 'WAITING'
    and id < @Id
    and @state not in ('FAILED', 'LISTED')
), forgotten as (
  delete from hub.manifest_part
  where source = @Source
    and type = @Type
    and @state in ('EQUAL', 'MENDED')
)
update hub.reconciliation
set state = @state, ended_at = @at, sequence = @Sequence, source_count = @SourceCount, hub_count = @HubCount, digest = @digest,
  missing = @Missing, extra = @Extra, stale = @Stale, forks = @Forks, mended = @Mended, allowed = @Allowed, bytes = @Bytes,
  round_trips = @RoundTrips, cells = @Cells, failure = @Failure, decided_by = @DecidedBy, certificate = @certificate
where id = @Id;
