-- When the last frame of each source was committed. One look-up in frame_pk for each stream.
select s.source, max(f.recorded_at) as at
from hub.stream s
join hub.frame f on f.source = s.source and f.stream = s.stream and f.sequence = s.sequence
group by s.source
limit @limit;
