create function worker.lanes() returns setof text
language sql stable security definer set search_path = '' as $$
  select lane from private.lanes where delivery <> 'pull' order by lane
$$;
comment on function worker.lanes() is 'The lanes that the worker function drains; pull lanes are worked from outside.';
revoke execute on function worker.lanes() from public;
grant execute on function worker.lanes() to service_role;
