-- The day through which nodes were told; the day before the first run when there was none. One row.
select coalesce(told_through, @today::date - 1)
from hub.effective_check;
