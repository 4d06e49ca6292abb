-- Adds frames to what open snapshots hold. Only frames of its own stream show that a snapshot goes on. Primary key.
update hub.snapshot s
set changes = s.changes + frame.changes,
  doubtful = s.doubtful + frame.doubtful,
  progressed_at = case when frame.is_progress then $5 else s.progressed_at end
from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::boolean[]) as frame (id, changes, doubtful, is_progress)
where s.id = frame.id;
