-- The term of a step that is valid on a day. Primary key.
select days as "Days", amber_days as "AmberDays"
from hub.share_rule
where rule_set = @ruleSet
  and step = @step
  and share = @share
  and valid_from <= @day
order by valid_from desc
limit 1;
