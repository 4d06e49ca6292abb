-- Moves a locked share request on, keeps what happened, and has both sides told unless they did it themselves. Primary keys.
with moved as (
  update hub.share_request r
  set state = @state, answer_amber_on = @answerAmberOn, answer_due_on = @answerDueOn, answered_on = @answeredOn,
    delivery_amber_on = @deliveryAmberOn, delivery_due_on = @deliveryDueOn, delivered_on = @deliveredOn, paused_on = @pausedOn, papers = @papers,
    extension_days = @extensionDays, consented_by = @consentedBy, consented_on = @consentedOn, consent_document = @consentDocument,
    overdue_on = @overdueOn, changed_at = @at, revision = r.revision + 1
  where r.id = @id
  returning r.*
), noticed as (
  insert into hub.notice (node, kind, subject, type, share_request_id, created_at)
  select p.node, 'SHARE_MOVED', @action, moved.type, moved.id, @at
  from moved
  cross join lateral (values (moved.asker), (moved.provider)) p (node)
  where p.node <> @by
)
insert into hub.share_event (share_request_id, number, at, by, action, from_state, reason, after)
select id, revision, @at, @by, @action, @from, @reason, to_jsonb(moved)
from moved;
