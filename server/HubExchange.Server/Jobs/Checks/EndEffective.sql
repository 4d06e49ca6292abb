-- Nodes were told through a day. One row.
update hub.effective_check
set told_through = greatest(told_through, @today::date);
