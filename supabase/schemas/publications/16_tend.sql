create function private.tend_publications() returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_count integer;
begin
  perform set_config('esteira.dispatch', 'later', true);
  v_count := private.resolve_by_time();
  perform set_config('esteira.dispatch', '', true);
  for i in 1..10 loop
    exit when private.advance_connections() = 0;
  end loop;
  return v_count;
end
$$;
comment on function private.tend_publications() is
  'Lets lines go on that nobody has looked at, and pays back what nobody has looked for in seven days. Returns how '
  'many of those.';
revoke execute on function private.tend_publications() from public;

create function private.forget_publications(p_limit integer default 2000) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_count integer;
begin
  -- What somebody may still look for stays, and so does what another one refers to as done again.
  with times as materialized (
    select t.tool, (private.retention_of(t.tool)).publications as keep from public.tools t where t.lane = 'publication'
  ), over as materialized (
    select j.id from times join public.jobs j on j.lane = 'publication' and j.tool = times.tool
    join public.publications p on p.job_id = j.id
    where j.status >= 'completed' and j.completed_at < v_now - times.keep and j.refund <> 'due'
      and (p.unknown_at is null or p.resolved is not null)
    limit p_limit for update of j skip locked
  )
  delete from public.jobs j using over where j.id = over.id;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.forget_publications(integer) is
  'Deletes up to p_limit publications that have ended longer ago than their retention says (private.retention), never '
  'one of which nobody knows. The ledger stays. Returns how many.';
revoke execute on function private.forget_publications(integer) from public;
