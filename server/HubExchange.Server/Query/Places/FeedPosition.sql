-- The last position of the feed in this snapshot. One row.
select position from hub.feed
