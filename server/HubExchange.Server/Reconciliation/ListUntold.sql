-- What a node is to be told, oldest first, locked: another hub at which the node attends, too, leaves it alone. Index notice_untold.
select id as "Id", kind as "Kind", subject as "Subject", count as "Count", type as "Type", key as "Key", source as "Source",
  old_revision as "OldRevision", new_revision as "NewRevision", finding_id as "FindingId", snapshot_id as "SnapshotId", share_request_id as "ShareRequestId"
from hub.notice
where node = @node
  and told_at is null
order by id
limit @limit
for update skip locked;
