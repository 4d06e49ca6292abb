-- Moves a locked finding on and keeps what happened. Primary keys.
with moved as (
  update hub.finding f
  set state = @state, owner = @owner, received_on = @receivedOn, amber_on = @amberOn, due_on = @dueOn, paused_on = @pausedOn,
    supervision_order = @order, changed_at = @at, closed_at = case when @state = 'CLOSED' then @at end, resolved = false,
    revision = f.revision + 1
  where f.id = @id
  returning f.*
)
insert into hub.finding_event (finding_id, number, at, by, action, from_state, reason, after)
select id, revision, @at, @by, @action, @from, @reason, to_jsonb(moved)
from moved;
