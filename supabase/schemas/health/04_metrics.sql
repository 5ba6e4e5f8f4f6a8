create type private.metric as (name text, kind text, help text, labels jsonb, value double precision);
comment on type private.metric is
  'A sample for Prometheus. kind: gauge, counter or info; name: without the _total of a counter and the _info of '
  'an info.';

create function private.metrics_of_parts(p_now timestamptz) returns setof private.metric
language plpgsql stable set search_path = '' as $$
declare
  v_parts private.part_health[] := array(select h from private.health_of_parts(p_now) h);
begin
  return query
    select 'esteira_part_age_seconds', 'gauge', 'Seconds since a part of the schedules last ran to its end.',
      jsonb_build_object('part', p.part), extract(epoch from p_now - p.beat_at)::double precision
    from unnest(v_parts) p where p.beat_at is not null;
  return query
    select 'esteira_part_beats', 'counter', 'How often a part of the schedules has run to its end.',
      jsonb_build_object('part', p.part), p.beats::double precision from unnest(v_parts) p where p.beats is not null;
  return query
    select 'esteira_part_up', 'gauge', '1: the part runs. 0: it is dead, fails, or is not scheduled.',
      jsonb_build_object('part', p.part),
      (p.fault is null and p.dead_since is null and p.is_active)::integer::double precision from unnest(v_parts) p;
end
$$;
comment on function private.metrics_of_parts(timestamptz) is 'Metrics of the schedules.';
revoke execute on function private.metrics_of_parts(timestamptz) from public;

create function private.metrics_of_lanes(p_now timestamptz) returns setof private.metric
language plpgsql stable set search_path = '' as $$
begin
  return query
    select m.name, 'gauge', m.help, jsonb_build_object('lane', l.lane), m.value::double precision
    from private.lanes l, lateral (
      select count(*) filter (where s.token is null and not s.is_retiring), count(s.token)
      from private.slots s where s.lane = l.lane) s (free, held),
    lateral (values
      ('esteira_jobs_waiting', 'Jobs that wait for a slot; more than 100000 are not counted.',
        private.waiting_in(l.lane, 100000)),
      ('esteira_slots_free', 'Slots that hold nothing.', s.free),
      ('esteira_slots_held', 'Slots whose task may live.', s.held),
      ('esteira_lane_paused', '1: the lane is paused.', coalesce(l.paused_until > p_now, false)::integer),
      ('esteira_circuit_open', '1: the provider is taken for down.', (l.circuit_opened_at is not null)::integer),
      ('esteira_unread_seconds', 'For how long a message could have been read, and was not; 0 below half a minute.',
        coalesce(extract(epoch from clock_timestamp() - private.unread_since(l.lane)), 0))
    ) m (name, help, value)
    order by m.name, l.lane;
end
$$;
comment on function private.metrics_of_lanes(timestamptz) is 'Metrics of the lanes.';
revoke execute on function private.metrics_of_lanes(timestamptz) from public;

create function private.metrics_of_database(p_now timestamptz) returns setof private.metric
language plpgsql stable set search_path = '' as $$
declare
  v_health jsonb := worker.deep_health();
begin
  return query values
    ('esteira_broken', 'gauge', '1: somebody must act (see GET /health/deep).', '{}'::jsonb,
      (v_health ->> 'status' = 'broken')::integer::double precision),
    ('esteira_database_read_only', 'gauge', '1: nothing can be written.', '{}',
      (private.read_only_by() is not null)::integer::double precision),
    ('esteira_net_queue', 'gauge', 'Requests that pg_net has still to send; more than 1000 are not counted.', '{}',
      (select count(*) from (select from net.http_request_queue limit 1000) q)::double precision),
    ('esteira_oldest_snapshot_seconds', 'gauge', 'How old the oldest snapshot of another session is.', '{}',
      coalesce((select max(extract(epoch from clock_timestamp() - a.xact_start)) from pg_catalog.pg_stat_activity a
        where a.backend_xmin is not null and a.pid <> pg_backend_pid()), 0)::double precision),
    ('esteira_alerts_open', 'gauge', 'Alerts that are open.', '{}',
      (select count(*) from ops.alerts where closed_at is null)::double precision),
    ('esteira_schema', 'info', 'The version of the schema.',
      jsonb_build_object('version', public.esteira_version()),
      1::double precision);
  return query
    select 'esteira_problem', 'gauge', '1: what GET /health/deep tells of now, by code.',
      jsonb_build_object('code', p ->> 'code', 'level', p ->> 'level'), 1::double precision
    from jsonb_array_elements(v_health -> 'problems') p group by p ->> 'code', p ->> 'level';
  return query
    select 'esteira_function', 'info', 'The version in which a function has last run.',
      jsonb_build_object('function', f.name, 'version', f.version), 1::double precision from private.functions_seen f;
  return query
    select 'esteira_recent', 'gauge', 'What ops.counts() tells of the last quarter of an hour.',
      jsonb_build_object('name', c.name), c.count::double precision from ops.counts('15 minutes') c
    where c.count is not null;
end
$$;
comment on function private.metrics_of_database(timestamptz) is 'Metrics of the installation as a whole.';
revoke execute on function private.metrics_of_database(timestamptz) from public;

create function worker.metrics() returns setof private.metric
language plpgsql stable security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
begin
  return query select * from private.metrics_of_parts(v_now);
  return query select * from private.metrics_of_lanes(v_now);
  return query select * from private.metrics_of_database(v_now);
end
$$;
comment on function worker.metrics() is
  'What GET /health/metrics answers with, one sample a row: {name, kind, help, labels, value}; the samples of a '
  'name stand '
  'together.';
revoke execute on function worker.metrics() from public;
grant execute on function worker.metrics() to service_role;
