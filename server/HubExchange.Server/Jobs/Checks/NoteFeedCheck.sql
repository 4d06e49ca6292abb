-- The feed is whole up to a position. One row.
update hub.feed_check
set position = @last
where position = @after;
