create function private.setup_of_schedules() returns setof private.setup_line
language plpgsql stable set search_path = '' as $$
declare
  v_bad integer := 0;
  v_part record;
  v_has_run boolean;
begin
  for v_part in select * from ops.cron_health() h where h.verdict <> 'ok' loop
    -- What runs once a day may not have had its time yet.
    continue when v_part.verdict = 'never' and v_part.every >= '1 hour';
    v_bad := v_bad + 1;
    -- A migration may have kept it from its tables for a moment.
    v_has_run := v_part.verdict = 'failing' and v_part.beat_at > (
      select f.last_at from private.faults f where f.part = v_part.part and f.lane = '');
    return next ('schedules', v_part.part,
      case when v_part.verdict = 'never' or v_has_run then 'warn' else 'error' end,
      case when v_has_run then 'It failed of late, and has run to its end since: ' else '' end || v_part.detail,
      coalesce(v_part.repair_sql, case v_part.verdict
        when 'never' then 'Wait a minute; then look whether pg_cron runs: select * from cron.job_run_details'
        else 'select * from ops.faults where fails_now' end))::private.setup_line;
  end loop;
  if v_bad = 0 then
    return next ('schedules', 'pg_cron', 'ok', 'Every part of the schedules has run in time.',
      null)::private.setup_line;
  end if;
end
$$;
comment on function private.setup_of_schedules() is 'Whether pg_cron runs the schedules.';
revoke execute on function private.setup_of_schedules() from public;

create function private.setup_of_files() returns setof private.setup_line
language plpgsql stable set search_path = '' as $$
begin
  return query
    select 'files', 'bucket ' || n.name, case when b.id is null or b.public then 'error' else 'ok' end,
      case when b.id is null then 'It is not there.' when b.public then 'It is public: everybody can read it.'
        else 'It is private.' end,
      case when b.id is null then format(
          'insert into storage.buckets (id, name, public) values (%1$L, %1$L, false)', n.name)
        when b.public then format('update storage.buckets set public = false where id = %L', n.name) end
    from (values ('inputs'), ('outputs'), ('handed')) n (name) left join storage.buckets b on b.id = n.name;
end
$$;
comment on function private.setup_of_files() is 'The three buckets.';
revoke execute on function private.setup_of_files() from public;

create function private.setup_of_tools() returns setof private.setup_line
language plpgsql stable set search_path = '' as $$
begin
  if not exists (select from public.tools where is_enabled) then
    return next ('tools', 'tools', 'warn', 'None is switched on: there is nothing that users could ask for.',
      'update public.tools set is_enabled = true where tool = ''<tool>''')::private.setup_line;
  end if;
  return query
    select 'tools', t.tool, case when a.slots > 0 then 'ok' when a.accounts > 0 then 'warn' else 'error' end,
      case when a.slots > 0 then format('Runs in lane %s, %s at once.', t.lane, a.slots)
        when a.accounts > 0 then format('No account of lane %s takes work now: %s.', t.lane, a.why)
        else format('Lane %s has no account, so it never runs.', t.lane) end,
      case when a.accounts = 0 then format('select ops.add_account(%L, ''main'', ''<name of the secret>'', 3)', t.lane)
        when a.slots = 0 then
          format('select ops.resume_account(account_id) from private.accounts where lane = %L', t.lane)
      end
    from public.tools t, lateral (
      select count(*) as accounts, string_agg(distinct coalesce(a.pause_reason, 'it has no slots'), '; ') as why,
        coalesce(sum(s.slots) filter (where a.paused_until is null or a.paused_until <= (select private.now())), 0)
          as slots
      from private.accounts a, lateral (
        select count(*) as slots from private.slots s where s.account_id = a.account_id and not s.is_retiring) s
      where a.lane = t.lane and a.retired_at is null) a
    where t.is_enabled order by t.tool;
end
$$;
comment on function private.setup_of_tools() is
  'Whether each tool that is switched on has an account with slots to run on.';
revoke execute on function private.setup_of_tools() from public;
