-- Console: what the screens of operators ask, beyond acting (acts) and one job's verdicts (verdicts).
--
-- Every function here is one question of one screen, in the schema ops_api. Each asks first who calls; gives support
-- the same as admins, with payloads masked; reads a bounded number of rows, page by page behind a cursor that is
-- unique; and measures spans itself, in whole milliseconds of the database's clock, so that no screen subtracts two
-- clocks. Payloads leave as text: a screen that parses them would round numbers.
--
--   spans (01)                milliseconds
--   jobs (10–19)              finding jobs; where one job's time went; what was put in and came out
--   now (20–29)               the lanes at this moment; failures by their kind
--   accounts and money (30–39)  accounts, the webhooks' inbox, users and their credits
--   publishing (40–49)        calendar, groups and platforms, figures, connections
--   machinery (50–59)         delivery, schedules, alerts, setup; the topic of operators
--
-- Nothing here takes a lock that anybody waits for.

create function private.ms(p_span interval) returns bigint
language sql immutable strict set search_path = '' as $$
  select greatest(0, extract(epoch from p_span) * 1000)::bigint
$$;
comment on function private.ms(interval) is 'A span in whole milliseconds, never negative; null: null.';
revoke execute on function private.ms(interval) from public;
