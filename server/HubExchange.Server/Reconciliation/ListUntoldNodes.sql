-- Which of some nodes have something to be told. Index notice_untold.
select n.node
from unnest(@nodes) n (node)
where exists (select from hub.notice u where u.node = n.node and u.told_at is null);
