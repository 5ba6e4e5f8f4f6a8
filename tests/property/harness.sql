-- Plays a sequence of operations on the engine and tells, after each, what there is; then undoes it all. Made anew in
-- the databases of the property test; no part of the product.
--
-- An operation names its job by a number modulo the jobs there are, so that any list of operations can be played, and a
-- shortened one too. What a name came to is told with the outcome.

create schema property;
select private.create_lane('property', 'property');
update private.lanes set backoff_base = '1 second', backoff_max = '1 second' where lane = 'property';
select vault.create_secret('the-api-key', 'property_api_key');
select ops.add_account('property', name, 'property_api_key', 0) from unnest(array['a', 'b']) name;
insert into public.tools (tool, lane, titles, credit_cost, max_attempts) values
  ('paid', 'property', '{"en": "Paid"}', 2, 3), ('free', 'property', '{"en": "Free"}', 0, 2);

create function property.user_id(p_name text) returns uuid language sql immutable as $$ select md5('property/' || p_name)::uuid $$;
insert into auth.users (id, email) select property.user_id(name), name || '@example.test' from unnest(array['ana', 'bo']) name;
select ops.grant_credits(property.user_id('ana'), 12, 'to play'), ops.grant_credits(property.user_id('bo'), 3, 'to play');

create table property.numbers (n integer primary key, id uuid not null unique);
create table property.seen (id uuid primary key, job public.jobs not null);
create function property.epoch() returns timestamptz language sql immutable as $$ select '2100-01-01 00:00:00Z'::timestamptz $$;
create function property.seconds(p_at timestamptz) returns double precision language sql immutable as $$
  select extract(epoch from p_at - property.epoch())::double precision
$$;
create function property.number(p_id uuid) returns integer language plpgsql as $$
begin
  return (select n from property.numbers where id = p_id);
end
$$;
create function property.register(p_id uuid) returns integer language plpgsql as $$
begin
  insert into property.numbers select count(*), p_id from property.numbers on conflict (id) do nothing;
  return property.number(p_id);
end
$$;

-- Operations ------------------------------------------------------------------------------------------------------

create function property.messages(p_queue text) returns table (msg_id bigint, vt timestamptz, job_id uuid, attempt smallint, kind text, is_read boolean)
language plpgsql as $$
begin
  if p_queue = 'settle_queue' then
    return query select m.msg_id, m.vt, (message ->> 'job_id')::uuid, (message ->> 'attempt')::smallint, message ->> 'kind', read_ct > 0
      from pgmq.q_settle_queue m order by 1;
  else
    return query select m.msg_id, m.vt, (message ->> 'job_id')::uuid, (message ->> 'attempt')::smallint, message ->> 'kind', read_ct > 0
      from pgmq.q_property_queue m order by 1;
  end if;
end
$$;

create function property.resolve(p_op jsonb) returns public.jobs language plpgsql as $$
declare
  v_ids uuid[];
  v_job public.jobs;
begin
  select array_agg(id order by n) into v_ids from property.numbers join public.jobs j using (id)
  where case p_op ->> 'among'
    when 'processing' then j.status = 'processing' when 'ended' then j.completed_at is not null
    when 'retryable' then j.status in ('failed', 'cancelled') else true end;
  if v_ids is null then select array_agg(id order by n) into v_ids from property.numbers; end if;
  select * into v_job from public.jobs where id = v_ids[1 + (p_op ->> 'job')::integer % cardinality(v_ids)];
  return v_job;
end
$$;

create function property.create(p_user text, p_job jsonb, p_at timestamptz) returns jsonb language plpgsql as $$
begin
  return p_job - '{runIn,key}'::text[] || jsonb_build_object('input', '{}'::jsonb, 'run_at', p_at + (p_job ->> 'runIn')::integer * interval '1 second',
    'idempotency_key', p_job ->> 'key');
end
$$;

create function property.perform(p_op jsonb, p_job public.jobs, p_attempt smallint, p_token uuid) returns jsonb
language plpgsql as $$
declare
  v_now timestamptz := private.now();
  v_user uuid := property.user_id(p_op ->> 'user');
  v_after interval := (p_op ->> 'after')::integer * interval '1 second';
  v_account integer := (select account_id from private.accounts where lane = 'property' and name = p_op ->> 'account');
  v_queue text := case p_op ->> 'acknowledge' when 'work' then 'property_queue' when 'settle' then 'settle_queue' end;
  v_message bigint;
  v_job public.jobs;
  v_result jsonb;
  v_each jsonb;
begin
  if v_queue is not null then
    select msg_id into v_message from property.messages(v_queue)
    where job_id = p_job.id and attempt = p_attempt order by msg_id limit 1;
  end if;
  case p_op ->> 'kind'
    when 'create' then
      v_each := property.create(p_op ->> 'user', p_op, v_now);
      v_job := public.create_job(v_user, p_op ->> 'tool', '{}', (p_op ->> 'priority')::smallint,
        (v_each ->> 'run_at')::timestamptz, p_op ->> 'key');
      return to_jsonb(property.register(v_job.id));
    when 'createMany' then
      select jsonb_agg(property.create(p_op ->> 'user', value, v_now) order by o) into v_each
      from jsonb_array_elements(p_op -> 'jobs') with ordinality x (value, o);
      v_result := '[]';
      for v_job in select * from public.create_jobs(v_user, v_each) loop
        v_result := v_result || to_jsonb(property.register(v_job.id));
      end loop;
      return v_result;
    when 'retry' then
      v_job := public.retry_job(p_job.id);
      return to_jsonb(property.register(v_job.id));
    when 'cancel' then return to_jsonb((public.cancel_job(p_job.id)).status);
    when 'checkpoint' then return to_jsonb(worker.checkpoint(p_job.id, p_token, '{"files": {}}'));
    when 'submitted' then
      return to_jsonb(worker.submitted(p_job.id, p_token, format('task-%s-%s', property.number(p_job.id), p_attempt), '{}',
        p_queue => v_queue, p_msg_id => v_message));
    when 'progress' then
      return to_jsonb(worker.progress(p_job.id, p_token, (p_op ->> 'percent')::smallint, v_queue, v_message));
    when 'webhook' then
      return worker.webhook('property', format('%s-%s', property.number(p_job.id), p_op ->> 'event'), p_job.id, p_token, 'token',
        '{}', '{"done": true}', (p_op ->> 'isFinal')::boolean, format('task-%s-%s', property.number(p_job.id), p_attempt)) -> 'verdict';
    when 'complete' then
      return to_jsonb(worker.complete(p_job.id, p_token, '{"files": []}', 'https://example.test/a.png',
        p_queue => v_queue, p_msg_id => v_message));
    when 'fail' then
      return to_jsonb(worker.attempt_failed(p_job.id, p_token, p_op ->> 'retryClass', 'out_of_luck', 'It did not work.',
        p_retry_after => v_after, p_queue => v_queue, p_msg_id => v_message));
    when 'receive' then
      select jsonb_agg(jsonb_build_array(property.number((item #>> '{job,id}')::uuid), item #> '{attempt,attempt}',
        item #> '{attempt,phase}', item -> 'kind') order by msg_id) into v_result
      from worker.receive('property', (p_op ->> 'quantity')::integer);
      return coalesce(v_result, '[]');
    when 'receiveSettlements' then
      select jsonb_agg(jsonb_build_array(property.number((item #>> '{job,id}')::uuid), item #> '{attempt,attempt}',
        item #> '{attempt,phase}', item -> 'kind') order by msg_id) into v_result
      from worker.receive_settlements((p_op ->> 'quantity')::integer);
      return coalesce(v_result, '[]');
    when 'defer' then
      v_queue := case p_op ->> 'queue' when 'work' then 'property_queue' else 'settle_queue' end;
      select msg_id into v_message from property.messages(v_queue)
      offset (p_op ->> 'message')::integer % greatest((select count(*) from property.messages(v_queue)), 1) limit 1;
      perform worker.defer(v_queue, v_message, v_after);
      return 'null';
    when 'setCapacity' then perform private.set_capacity(v_account, (p_op ->> 'capacity')::integer); return 'null';
    when 'pauseAccount' then perform ops.pause_account(v_account, 'a test', v_after); return 'null';
    when 'resumeAccount' then return to_jsonb(ops.resume_account(v_account));
    when 'pauseLane' then perform ops.pause_lane('property', 'a test', v_after); return 'null';
    when 'resumeLane' then return to_jsonb(ops.resume_lane('property'));
    when 'tick' then perform private.tick(); return 'null';
    when 'reap' then return worker.reap();
    when 'jump' then
      perform set_config('esteira.now', (v_now + v_after)::text, true);
      update pgmq.q_property_queue set vt = vt - v_after;
      update pgmq.q_settle_queue set vt = vt - v_after;
      return 'null';
    when 'meddle' then -- a careless hand; the guards of the tables refuse it
      if p_op ->> 'how' = 'reopen' then
        update public.jobs set status = 'pending', current_step = 'queued', completed_at = null, failed_at_step = null where id = p_job.id;
      else
        update public.jobs set step_history = '[]' where id = p_job.id;
      end if;
      return 'null';
    when 'refundAgain' then return to_jsonb(private.refund(p_job.user_id, p_job.id));
  end case;
end
$$;

create function property.act(p_op jsonb) returns jsonb language plpgsql as $$
declare
  v_job public.jobs;
  v_attempt smallint;
  v_token uuid;
  v_result jsonb;
  v_state text;
  v_detail text;
  v_message text;
begin
  if p_op ? 'job' then
    if not exists (select from property.numbers) then return '{"skipped": true}'; end if;
    v_job := property.resolve(p_op);
    v_attempt := case p_op ->> 'attempt' when 'older' then greatest(v_job.attempt - 1, least(v_job.attempt, 1)) else v_job.attempt end;
    select token into v_token from public.job_attempts
    where job_id = v_job.id and attempt = v_attempt and p_op ->> 'attempt' is distinct from 'stale';
    v_token := coalesce(v_token, gen_random_uuid());
    -- These two are asked of jobs for which the answer is known.
    if (p_op ->> 'kind' = 'refundAgain' and v_job.status not in ('failed', 'cancelled'))
       or (p_op ->> 'kind' = 'meddle' and v_job.completed_at is null) then
      return '{"skipped": true}';
    end if;
  end if;
  begin
    v_result := property.perform(p_op, v_job, v_attempt, v_token);
  exception when others then
    get stacked diagnostics v_state = returned_sqlstate, v_detail = pg_exception_detail, v_message = message_text;
    return jsonb_build_object('job', property.number(v_job.id), 'attempt', v_attempt,
      'error', case when v_state like 'PT%' then v_detail else v_state end, 'message', v_message);
  end;
  return jsonb_build_object('job', property.number(v_job.id), 'attempt', v_attempt, 'result', coalesce(v_result, 'null'));
end
$$;

-- What there is ---------------------------------------------------------------------------------------------------

create function property.broken_rules(p_kind text) returns setof text language plpgsql as $$
begin
  return query
  select format('credits: %s', problem) from ops.credit_drift()
  union all select format('the balance %s is negative', balance) from public.credit_accounts where balance < 0
  union all select format('job %s is refunded %s times', property.number(job_id), count(*))
    from public.credit_entries where kind = 'refund' group by job_id having count(*) > 1
  union all select format('job %s changed after its end', property.number(j.id))
    from public.jobs j join property.seen s using (id) where (s.job).completed_at is not null and s.job is distinct from j
  union all select format('job %s changed without a new version', property.number(j.id))
    from public.jobs j join property.seen s using (id) where (s.job).version >= j.version and s.job is distinct from j
  union all select format('job %s lost some of its history', property.number(j.id))
    from public.jobs j join property.seen s using (id) where s.job is distinct from j and (s.job).step_history <> (
      select coalesce(jsonb_agg(value order by o), '[]') from jsonb_array_elements(j.step_history) with ordinality x (value, o)
      where o <= jsonb_array_length((s.job).step_history))
  union all select 'more jobs started in a minute than the rate allows' from private.starts x join private.lanes l using (lane)
    where (select count(*) from private.starts y where y.lane = x.lane and y.started_at > x.started_at - l.rate_window
      and y.started_at <= x.started_at) > l.rate_limit
  union all select 'a retiring slot is free' from private.slots where is_retiring and job_id is null
  union all select format('slot of job %s, which is %s', property.number(j.id), j.status)
    from private.slots s join public.jobs j on j.id = s.job_id where j.status <> 'processing'
  union all select format('job %s runs on another account than its slot''s', property.number(j.id))
    from private.slots s join public.jobs j on j.id = s.job_id
    join public.job_attempts a on a.job_id = j.id and a.attempt = j.attempt where a.account_id is distinct from s.account_id
  union all select format('job %s has open attempts that are not current', property.number(j.id))
    from public.jobs j join public.job_attempts a on a.job_id = j.id
    where a.outcome is null and (j.status <> 'processing' or a.attempt <> j.attempt)
  union all select format('nothing will move job %s', property.number(j.id))
    from public.jobs j left join public.job_attempts a on a.job_id = j.id and a.attempt = j.attempt and a.outcome is null
    where j.status = 'processing' and (a.job_id is null or j.deadline_at is null or not (a.phase in ('submitted', 'settling')
      or exists (select from property.messages('property_queue') m where m.job_id = j.id and m.attempt = j.attempt)))
  union all select format('a message of %s points at nothing', q)
    from unnest(array['property_queue', 'settle_queue']) q, property.messages(q) m
    where not exists (select from public.job_attempts a where a.job_id = m.job_id and a.attempt = m.attempt)
  union all select format('job %s waits beside a free slot', property.number(j.id))
    from public.jobs j join private.lanes l using (lane)
    where p_kind in ('tick', 'reap', 'receive') and j.status = 'pending' and coalesce(j.run_at <= private.now(), true)
      and coalesce(l.paused_until <= private.now(), true)
      and coalesce((select count(*) from public.jobs x where x.user_id = j.user_id and x.status = 'processing') < l.max_active_per_user, true)
      and coalesce((select count(*) from private.starts x where x.lane = l.lane and x.started_at > private.now() - l.rate_window) < l.rate_limit, true)
      and exists (select from private.slots s join private.accounts a using (account_id)
        where s.lane = j.lane and s.job_id is null and not s.is_retiring and coalesce(a.paused_until <= private.now(), true))
  union all select 'a job left without a trace' from property.seen s where not exists (select from public.jobs j where j.id = s.id)
  union all select 'there is a job that nobody was told of' from public.jobs j where not exists (select from property.numbers n where n.id = j.id);
end
$$;

create function property.observed_messages(p_queue text) returns jsonb language plpgsql as $$
begin
  return (select coalesce(jsonb_agg(jsonb_build_array(property.number(job_id), attempt, kind,
      -- pgmq's own clock runs on: a few seconds are no difference.
      greatest(0, round(extract(epoch from vt - clock_timestamp()) / 10)::integer * 10), is_read) order by msg_id), '[]')
    from property.messages(p_queue));
end
$$;

create function property.observe(p_kind text) returns jsonb language plpgsql as $$
declare
  v_result jsonb;
begin
  v_result := jsonb_build_object(
    'broken', (select coalesce(jsonb_agg(rule), '[]') from property.broken_rules(p_kind) rule),
    'jobs', (select coalesce(jsonb_agg(jsonb_build_object('n', n, 'id', j.id, 'touched', j.cmin::text::bigint,
        'seen', jsonb_build_object('status', j.status, 'step', j.current_step, 'attempt', j.attempt, 'retries', j.retry_count,
          'version', j.version, 'progress', j.progress, 'ticket', j.ticket, 'request', j.request_id,
          'failedAt', j.failed_at_step, 'deadline', property.seconds(j.deadline_at)),
        'runAt', property.seconds(j.run_at),
        'steps', (select jsonb_agg(e -> 'step') from jsonb_array_elements(j.step_history) e)) order by n), '[]')
      from property.numbers join public.jobs j using (id) left join property.seen s using (id) where s.job is distinct from j),
    'attempts', (select coalesce(jsonb_agg(jsonb_build_array(n, attempt, phase, outcome,
        (select name from private.accounts x where x.account_id = a.account_id), external_id,
        property.seconds(submitted_at), property.seconds(polled_at)) order by n, attempt), '[]')
      from property.numbers join public.job_attempts a on a.job_id = id),
    'slots', (select coalesce(jsonb_agg(jsonb_build_array(a.name, property.number(job_id), is_retiring) order by slot_id), '[]')
      from private.slots s join private.accounts a using (account_id) where s.lane = 'property'),
    'balances', (select jsonb_build_array(a.balance, b.balance) from public.credit_accounts a, public.credit_accounts b
      where a.user_id = property.user_id('ana') and b.user_id = property.user_id('bo')),
    'work', property.observed_messages('property_queue'),
    'settle', property.observed_messages('settle_queue'),
    'dead', (select coalesce(jsonb_agg(property.number((message ->> 'job_id')::uuid) order by msg_id), '[]') from pgmq.q_dead_letters));
  insert into property.seen select j.id, j from public.jobs j left join property.seen s using (id) where s.job is distinct from j
  on conflict (id) do update set job = excluded.job;
  return v_result;
end
$$;

create function property.play(p_sequence jsonb) returns jsonb language plpgsql as $$
declare
  v_op jsonb;
  v_outcome jsonb;
  v_outcomes jsonb := '[]';
begin
  begin
    perform set_config('esteira.now', property.epoch()::text, true);
    update private.lanes set max_active_per_user = (p_sequence ->> 'maxActive')::integer,
      max_waiting_per_user = (p_sequence ->> 'maxWaiting')::integer,
      rate_limit = (p_sequence ->> 'rate')::integer, rate_window = case when p_sequence ->> 'rate' is not null then interval '1 minute' end
    where lane = 'property';
    perform private.set_capacity(account_id, (p_sequence ->> name)::integer) from private.accounts where lane = 'property';
    for v_op in select value from jsonb_array_elements(p_sequence -> 'operations') loop
      v_outcome := property.act(v_op);
      v_outcomes := v_outcomes || (v_outcome || property.observe(v_op ->> 'kind'));
    end loop;
    raise exception 'undo' using errcode = 'UNDO1';
  exception when sqlstate 'UNDO1' then
    null; -- rows are as before, what was seen is still in the variable
  end;
  return v_outcomes;
end
$$;
