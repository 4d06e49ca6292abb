-- Moves a locked finding on, keeps what happened, and has its owner and raiser told unless they did it themselves. Primary keys.
with moved as (
  update hub.finding f
  set state = @state, owner = @owner, received_on = @receivedOn, amber_on = @amberOn, due_on = @dueOn, paused_on = @pausedOn,
    supervision_order = @order, ordered_on = @orderedOn, changed_at = @at, closed_at = case when @state = 'CLOSED' then @at end, resolved = false,
    revision = f.revision + 1
  where f.id = @id
  returning f.*
), noticed as (
  insert into hub.notice (node, kind, subject, type, key, source, finding_id, created_at)
  select distinct p.node, 'FINDING_MOVED', @action, moved.type, moved.key, moved.source, moved.id, @at
  from moved
  cross join lateral (values (moved.owner), (moved.raised_by_node)) p (node)
  where p.node not in ('', @by)
)
insert into hub.finding_event (finding_id, number, at, by, action, from_state, reason, after)
select id, revision, @at, @by, @action, @from, @reason, to_jsonb(moved)
from moved;
