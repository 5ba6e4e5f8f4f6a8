create function private.check_broadcasts() returns setof private.checkup
language plpgsql stable set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_failed record;
  v_sent bigint;
begin
  select coalesce(sum(f.count), 0) as count, coalesce(sum(f.heard), 0) as heard, max(f.failed_at) as last_at,
    (array_agg(f.message order by f.heard > 0 desc, f.failed_at desc))[1] as message into v_failed
  from private.broadcast_failures f where f.failed_at > v_now - interval '1 hour';
  -- Looked at up to a bound: a busy hour has a million.
  select count(*) into v_sent from (
    select from realtime.messages
    where inserted_at > (clock_timestamp() - interval '10 minutes') at time zone 'UTC' limit 10000) m;
  return next private.checkup('broadcasts',
    case when v_failed.heard > 0 then 'error' when v_failed.count > 0 then 'info' else 'ok' end, 'realtime.messages',
    case
      when v_failed.heard > 0 then format('%s broadcasts of the last hour were lost to somebody who could have heard '
        'them, the last at %s: %s', v_failed.heard, to_char(v_failed.last_at at time zone 'UTC', 'HH24:MI:SS'),
        v_failed.message)
      when v_failed.count > 0 then format('%s broadcasts of the last hour were not kept, and nobody listened.',
        v_failed.count)
      else format('%s%s were written in the last ten minutes, and none has failed in the last hour.',
        v_sent, case v_sent when 10000 then ' and more' else '' end) end, '002:139-146',
    jsonb_build_object('failed', v_failed.count, 'heard', v_failed.heard, 'last_at', v_failed.last_at,
      'message', v_failed.message, 'written', v_sent));
end
$$;
comment on function private.check_broadcasts() is 'Whether broadcasts of late were written.';
revoke execute on function private.check_broadcasts() from public;

create function private.check_deliveries() returns setof private.checkup
language plpgsql stable set search_path = '' as $$
declare
  v_told jsonb := (select jsonb_agg(to_jsonb(h)) from ops.delivery_health('1 hour') h);
  v_changes numeric;
  v_missed numeric;
  v_live numeric;
begin
  select sum((c ->> 'changes')::numeric), sum((c ->> 'missed')::numeric),
    sum((c ->> 'changes')::numeric) filter (where c ->> 'channel' in ('realtime', 'sse'))
  into v_changes, v_missed, v_live from jsonb_array_elements(v_told) c;
  return next private.checkup('deliveries', case when coalesce(v_changes, 0) = 0 then 'info'
      when v_missed * 20 >= v_changes or coalesce(v_live, 0) * 2 < v_changes then 'warn' else 'ok' end,
    'private.deliveries', case when coalesce(v_changes, 0) = 0
      then 'No screen has told anything in the last hour: nobody watches, or no client reports.'
      else format('Of %s changes in the last hour screens learned %s %% live, and missed %s %% while they were live.',
        v_changes, round(100 * coalesce(v_live, 0) / v_changes), round(100 * v_missed / v_changes)) end,
    '002:601', jsonb_build_object('by_channel', v_told));
end
$$;
comment on function private.check_deliveries() is 'How changes of late have reached screens, as these tell it.';
revoke execute on function private.check_deliveries() from public;

create function private.check_realtime() returns setof private.checkup
language plpgsql stable set search_path = '' as $$
begin
  return query select * from private.check_triggers();
  return query select * from private.check_functions();
  return query select * from private.check_replication_role();
  return query select * from private.check_policies();
  return query select * from private.check_private_topics();
  return query select * from private.check_reading();
  return query select * from private.check_listeners();
  return query select * from private.check_partition();
  return query select * from private.check_broadcasts();
  return query select * from private.check_deliveries();
end
$$;
comment on function private.check_realtime() is 'Every check of ops.realtime_doctor, in the order of the chain.';
revoke execute on function private.check_realtime() from public;

create function ops.realtime_doctor() returns setof private.checkup
language plpgsql stable security definer set search_path = '' as $$
begin
  return query
    select check_name, verdict, subject, detail, evidence, repair_sql, document
    from private.check_realtime() with ordinality c (
      check_name, verdict, subject, detail, evidence, repair_sql, document, n)
    order by array_position('{error,warn,info,ok}', c.verdict), c.n;
end
$$;
comment on function ops.realtime_doctor() is
  'Why screens are not told of changes: each check of documents 000 to 002, what is wrong first. verdict: ok, info, '
  'warn or error; repair_sql: the statement that mends it, as ops.repair(check_name) does; document: where it is asked '
  'for. Reads only. What of Realtime is a setting of the project SQL cannot see.';
revoke execute on function ops.realtime_doctor() from public;

create function ops.realtime_policies() returns setof pg_catalog.pg_policies
language plpgsql stable security definer set search_path = '' as $$
begin
  return query
    select * from pg_catalog.pg_policies p
    where (p.schemaname, p.tablename) in (('realtime', 'messages'), ('public', 'jobs'), ('public', 'projects'),
      ('public', 'ai_models'), ('public', 'job_effects'), ('public', 'publications'), ('public', 'connections'))
    order by p.schemaname, p.tablename, p.policyname;
end
$$;
comment on function ops.realtime_policies() is
  'The policies on what screens listen to and read, as the script of document 000 lists them.';
revoke execute on function ops.realtime_policies() from public;
