create function ops.cron_health()
returns table (
  part text, schedule text, every interval, beat_at timestamptz, ago interval, verdict text, since timestamptz,
  detail text, last_run jsonb, did jsonb, repair_sql text
) language plpgsql stable security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
begin
  return query
    select h.part, h.schedule, h.every, h.beat_at, v_now - h.beat_at, v.verdict,
      case when v.verdict <> 'ok' then coalesce(h.fault_since, h.dead_since) end,
      case v.verdict
        when 'failing' then private.cut(h.fault, 300)
        when 'unscheduled' then 'pg_cron has no job of this name.'
        when 'inactive' then 'Its job is switched off.'
        when 'dead' then format('It has not run to its end since %s.', h.dead_since)
        when 'never' then 'It has not run yet.'
        else 'It runs.' end,
      private.last_run(h.schedule), h.result, case when v.verdict in ('unscheduled', 'inactive', 'dead')
        then private.revival(h) end
    from private.health_of_parts(v_now) h, lateral (select case
      when h.fault is not null then 'failing'
      when not h.is_scheduled then 'unscheduled'
      when not h.is_active then 'inactive'
      when h.dead_since is not null then 'dead'
      when h.beat_at is null then 'never'
      else 'ok' end) v (verdict)
    order by v.verdict = 'ok', h.part;
end
$$;
comment on function ops.cron_health() is
  'How each part of the schedules is, what is wrong first. verdict: ok; never (it has not run yet: the server is '
  'young, or '
  'its time has not come); dead (it has missed its time); inactive or unscheduled (its job in pg_cron is switched '
  'off, or '
  'there is none); failing (it runs and raises an error, see ops.faults). ago: how long ago it last ran to its end; '
  'last_run: what pg_cron notes of its job, {status, message, started_at}; did: what it did then; repair_sql: the '
  'statement that has it run again, or does by hand what was missed.';
revoke execute on function ops.cron_health() from public;
