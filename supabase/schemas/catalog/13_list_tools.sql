create function worker.list_tools() returns table (
  tool text, lane text, titles jsonb, credit_cost integer, effect text, timeout_seconds double precision,
  max_waiting integer, priority jsonb, files jsonb, input_schema jsonb
)
language sql stable security definer set search_path = '' as $$
  select t.tool, t.lane, t.titles, t.credit_cost, t.effect, extract(epoch from t.timeout)::double precision,
    l.max_waiting_per_user,
    jsonb_build_object('default', t.priority, 'min', t.min_priority, 'max', t.max_priority),
    coalesce(t.settings -> 'files', '{}'), t.settings -> 'input_schema'
  from public.tools t join private.lanes l on l.lane = t.lane
  where t.is_enabled order by t.tool
$$;
comment on function worker.list_tools() is
  'The enabled tools as users may know them: of their settings the files and the input schema alone, for the rest says '
  'how they are wired. input_schema is null for a tool whose schema is code. timeout_seconds: of one attempt; '
  'max_waiting: jobs of a user, null: any number.';
revoke execute on function worker.list_tools() from public;
grant execute on function worker.list_tools() to service_role;
