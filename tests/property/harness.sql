-- Does one call of a play on the engine after the other and tells, after each, what there is. A play is a transaction that
-- is rolled back. Made anew in the databases of the property test; no part of the product.
--
-- A call names a job by its number, in the order in which jobs were made, and an attempt by its job and its dispatch.

create schema property;
select private.create_lane('once', 'once'), private.create_lane('twice', 'twice'), private.create_lane('same', 'same'),
  private.create_lane('outside', 'outside', 'pull');
update private.lanes set backoff_base = '1 second', backoff_max = '1 second' where lane in ('once', 'twice', 'same', 'outside');
select vault.create_secret('the-api-key', 'property_api_key');
select ops.add_account(lane, name, 'property_api_key', 0)
from (values ('once', 'a'), ('once', 'b'), ('twice', 'c'), ('same', 'e'), ('outside', 'd')) accounts (lane, name);
insert into public.tools (tool, lane, titles, credit_cost, max_attempts) values
  ('paid', 'once', '{"en": "Paid"}', 2, 3), ('free', 'once', '{"en": "Free"}', 0, 2),
  ('doubled', 'twice', '{"en": "Doubled"}', 2, 2), ('same', 'same', '{"en": "Same"}', 1, 2),
  ('outside', 'outside', '{"en": "Outside"}', 1, 2);

create function property.user_id(p_name text) returns uuid language sql immutable as $$ select md5('property/' || p_name)::uuid $$;
insert into auth.users (id, email) select property.user_id(name), name || '@example.test' from unnest(array['ana', 'bo']) name;
select ops.grant_credits(property.user_id('ana'), 12, 'to play'), ops.grant_credits(property.user_id('bo'), 3, 'to play');

create table property.numbers (n integer primary key, id uuid not null unique);
create table property.tokens (token uuid primary key, job_id uuid not null, n integer not null, attempt integer not null, dispatch integer not null);
create table property.seen (id uuid primary key, job public.jobs not null);
create function property.epoch() returns timestamptz language sql immutable as $$ select '2100-01-01 00:00:00Z'::timestamptz $$;
create function property.seconds(p_at timestamptz) returns double precision language sql immutable as $$
  select case when isfinite(p_at) then extract(epoch from p_at - property.epoch())::double precision end
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

-- Calls -----------------------------------------------------------------------------------------------------------

create function property.wish(p_wish jsonb) returns jsonb language plpgsql as $$
begin
  return jsonb_build_object('tool', p_wish ->> 'tool', 'priority', p_wish -> 'priority', 'input', '{}'::jsonb,
    'run_at', private.now() + (p_wish ->> 'runIn')::integer * interval '1 second', 'idempotency_key', p_wish ->> 'key');
end
$$;

create function property.by_user(p_call jsonb, p_job_id uuid) returns jsonb language plpgsql as $$
declare
  v_user uuid := property.user_id(p_call ->> 'user');
  v_wish jsonb := property.wish(p_call);
  v_job public.jobs;
  v_result jsonb := '[]';
begin
  case p_call ->> 'kind'
    when 'create' then
      v_job := public.create_job(v_user, p_call ->> 'tool', '{}', (p_call ->> 'priority')::smallint,
        (v_wish ->> 'run_at')::timestamptz, p_call ->> 'key');
      return to_jsonb(property.register(v_job.id));
    when 'createMany' then
      for v_job in select * from public.create_jobs(v_user,
        (select jsonb_agg(property.wish(value) order by o) from jsonb_array_elements(p_call -> 'jobs') with ordinality x (value, o)))
      loop
        v_result := v_result || to_jsonb(property.register(v_job.id));
      end loop;
      return v_result;
    when 'retry' then
      v_job := public.retry_job(p_job_id);
      return to_jsonb(property.register(v_job.id));
    when 'cancel' then return to_jsonb((public.cancel_job(p_job_id)).status);
    when 'deleteUser' then delete from auth.users where id = v_user; return null;
    when 'refundAgain' then return to_jsonb(private.refund((select user_id from public.jobs where id = p_job_id), p_job_id));
    when 'meddle' then -- a careless hand; the guards of the tables refuse it
      if p_call ->> 'how' = 'reopen' then
        update public.jobs set status = 'pending', current_step = 'queued', completed_at = null, failed_at_step = null, refund = 'none'
        where id = p_job_id;
      else
        update public.jobs set step_history = '[]' where id = p_job_id;
      end if;
      return null;
  end case;
end
$$;

create function property.message_of(p_lane text, p_job_id uuid, p_dispatch integer) returns bigint language plpgsql as $$
declare
  v_msg_id bigint;
begin
  execute format('select min(msg_id) from pgmq.%I where message ->> ''job_id'' = $1 and (message ->> ''dispatch'')::integer = $2', 'q_' || p_lane || '_queue')
  into v_msg_id using p_job_id::text, p_dispatch;
  return v_msg_id;
end
$$;

create function property.by_worker(p_call jsonb, p_job_id uuid, p_token uuid) returns jsonb language plpgsql as $$
declare
  v_lane text := p_call ->> 'lane';
  v_queue text := case when (p_call ->> 'acknowledges')::boolean then v_lane || '_queue' end;
  v_message bigint := case when v_queue is not null then property.message_of(v_lane, p_job_id, (p_call ->> 'dispatch')::integer) end;
  v_after interval := (p_call ->> 'after')::integer * interval '1 second';
begin
  case p_call ->> 'kind'
    when 'checkpoint' then
      return to_jsonb(worker.checkpoint(p_job_id, p_token, '{"files": {}}', jsonb_build_object(
        'resubmit', case v_lane when 'twice' then 'at_least_once' when 'same' then 'idempotent'
        else 'reconcile_only' end, 'can_stop', v_lane <> 'twice')));
    when 'submitted' then
      if (p_call ->> 'isBatch')::boolean then
        return (select to_jsonb(verdict) from worker.submitted_many(jsonb_build_array(jsonb_build_object(
          'job_id', p_job_id, 'token', p_token, 'external_id', p_call ->> 'task'))));
      end if;
      return to_jsonb(worker.submitted(p_job_id, p_token, p_call ->> 'task', '{}', p_queue => v_queue, p_msg_id => v_message));
    when 'noneFound' then return to_jsonb(worker.none_found(p_job_id, p_token));
    when 'submitUnknown' then return to_jsonb(worker.submit_unknown(p_job_id, p_token));
    when 'deadlinePassed' then return to_jsonb(worker.deadline_passed(p_job_id, p_token, 'Too late'));
    when 'fail' then
      return to_jsonb(worker.attempt_failed(p_job_id, p_token, p_call ->> 'retryClass', 'out_of_luck', 'It did not work.',
        p_retry_after => v_after, p_queue => case when (p_call ->> 'isRefusal')::boolean then v_lane || '_queue' else 'settle_queue' end,
        p_msg_id => coalesce(v_message, 0), p_all_over => (p_call ->> 'isAllOver')::boolean));
    when 'webhook' then
      return worker.webhook(v_lane, format('%s %s', p_call ->> 'task', p_call ->> 'word'), p_job_id, p_token, 'token',
        '{}', '{"done": true}', p_call ->> 'word', p_call ->> 'task') -> 'verdict';
    when 'produced' then
      return to_jsonb(worker.produced(p_job_id, p_token, '[{"url": "https://example.test/a.png", "contentType": null}]',
        p_external_id => p_call ->> 'task'));
    when 'complete' then
      if (p_call ->> 'isBatch')::boolean then
        return (select to_jsonb(verdict) from worker.complete_many(jsonb_build_array(jsonb_build_object(
          'job_id', p_job_id, 'token', p_token, 'output', '{"files": []}'::jsonb, 'output_url', 'https://example.test/a.png'))));
      end if;
      return to_jsonb(worker.complete(p_job_id, p_token, '{"files": []}', 'https://example.test/a.png'));
    when 'outputRefused' then return to_jsonb(worker.output_refused(p_job_id, p_token, 'output_too_large', 'Too large'));
    when 'heartbeat' then return worker.heartbeat(p_job_id, p_token, (p_call ->> 'percent')::smallint) -> 'continue';
    when 'cancelNoted' then
      perform worker.cancel_noted(p_token, nullif(p_call ->> 'task', ''), (p_call ->> 'asked')::boolean, (p_call ->> 'none')::boolean);
      return null;
    when 'taskOver' then return to_jsonb(worker.task_over(p_token, p_call ->> 'how'));
  end case;
end
$$;

create function property.items(p_items jsonb) returns jsonb language plpgsql as $$
begin
  return (select coalesce(jsonb_agg(jsonb_build_array(t.n, t.dispatch) order by o), '[]')
    from jsonb_array_elements(p_items) with ordinality x (item, o) left join property.tokens t on t.token = (item #>> '{attempt,token}')::uuid);
end
$$;

create function property.by_others(p_call jsonb) returns jsonb language plpgsql as $$
declare
  v_now timestamptz := private.now();
  v_after interval := (p_call ->> 'after')::integer * interval '1 second';
  v_account integer := (select account_id from private.accounts where lane in ('once', 'twice', 'same', 'outside') and name = p_call ->> 'account');
  v_lane text := p_call ->> 'lane';
  v_items jsonb;
begin
  case p_call ->> 'kind'
    when 'setCapacity' then perform private.set_capacity(v_account, (p_call ->> 'capacity')::integer); return null;
    when 'pauseAccount' then perform ops.pause_account(v_account, 'a test', v_after); return null;
    when 'resumeAccount' then return to_jsonb(ops.resume_account(v_account));
    when 'removeAccount' then return to_jsonb(ops.remove_account(v_account));
    when 'pauseLane' then perform ops.pause_lane(v_lane, 'a test', v_after); return null;
    when 'resumeLane' then return to_jsonb(ops.resume_lane(v_lane));
    when 'providerDown' then
      return (select to_jsonb((array_agg(worker.provider_down(v_lane, 'refused')))[(p_call ->> 'times')::integer])
        from generate_series(1, (p_call ->> 'times')::integer));
    when 'providerUp' then return to_jsonb(worker.provider_up(v_lane));
    when 'receive' then
      select jsonb_agg(item) into v_items from worker.receive(v_lane, (p_call ->> 'quantity')::integer);
      perform property.learn_tokens();
      return property.items(coalesce(v_items, '[]'));
    when 'reads' then
      if p_call ->> 'queue' = 'settle' then
        select jsonb_agg(item) into v_items from worker.receive_settlements((p_call ->> 'quantity')::integer);
      else
        select jsonb_agg(item) into v_items from worker.receive_cancels((p_call ->> 'quantity')::integer) item;
      end if;
      return property.items(coalesce(v_items, '[]'));
    when 'claim' then
      select jsonb_agg(item) into v_items from worker.claim('outside', 'w1', (p_call ->> 'quantity')::integer) item;
      perform property.learn_tokens();
      return property.items(coalesce(v_items, '[]'));
    when 'tick' then perform private.tick(); return null;
    when 'reap' then return worker.reap();
    when 'jump' then
      perform set_config('esteira.now', (v_now + v_after)::text, true);
      update pgmq.q_once_queue set vt = vt - v_after;
      update pgmq.q_twice_queue set vt = vt - v_after;
      update pgmq.q_same_queue set vt = vt - v_after;
      update pgmq.q_outside_queue set vt = vt - v_after;
      update pgmq.q_settle_queue set vt = vt - v_after;
      return null;
  end case;
end
$$;

create function property.learn_tokens() returns void language plpgsql as $$
begin
  insert into property.tokens
  select a.token, a.job_id, n, a.attempt, a.dispatch from public.job_attempts a join property.numbers on id = a.job_id
  on conflict (token) do nothing;
end
$$;

-- What there is ---------------------------------------------------------------------------------------------------

create function property.broken_rules(p_kind text) returns setof text language plpgsql as $$
begin
  return query
  select format('ops.credit_drift: %s (job %s)', problem, property.number(job_id)) from ops.credit_drift()
  union all select format('the balance %s is negative', balance) from public.credit_accounts where balance < 0
  union all select format('job %s is refunded %s times', property.number(job_id), count(*))
    from public.credit_entries where kind = 'refund' group by job_id having count(*) > 1
  union all select format('job %s changed after its end', property.number(j.id))
    from public.jobs j join property.seen s using (id) where (s.job).completed_at is not null
    and to_jsonb(s.job) - '{refund,version,updated_at,retried_from}'::text[] <> to_jsonb(j) - '{refund,version,updated_at,retried_from}'::text[]
  union all select format('job %s: a refund that was decided is decided again', property.number(j.id))
    from public.jobs j join property.seen s using (id) where (s.job).refund in ('paid', 'withheld') and (s.job).refund <> j.refund
  -- A deadline alone is no version (guard_job).
  union all select format('job %s changed without a new version', property.number(j.id))
    from public.jobs j join property.seen s using (id) where (s.job).version >= j.version and to_jsonb(s.job) - 'deadline_at' <> to_jsonb(j) - 'deadline_at'
  union all select format('job %s lost some of its history', property.number(j.id))
    from public.jobs j join property.seen s using (id) where s.job is distinct from j and (s.job).step_history <> (
      select coalesce(jsonb_agg(value order by o), '[]') from jsonb_array_elements(j.step_history) with ordinality x (value, o)
      where o <= jsonb_array_length((s.job).step_history))
  union all select 'more jobs started in a minute than the rate allows' from private.starts x join private.lanes l using (lane)
    where (select count(*) from private.starts y where y.lane = x.lane and y.started_at > x.started_at - l.rate_window
      and y.started_at <= x.started_at) > l.rate_limit
  union all select 'a retiring slot is free' from private.slots where is_retiring and token is null
  union all select format('an attempt of job %s holds a slot of another account than its own', property.number(s.job_id))
    from private.slots s join public.job_attempts a using (token) where a.account_id is distinct from s.account_id
  union all select format('job %s has open attempts that are not current', property.number(j.id))
    from public.jobs j join public.job_attempts a on a.job_id = j.id
    where a.outcome is null and (j.status <> 'processing' or (a.attempt <> j.attempt and a.phase <> 'produced'))
  union all select format('nothing is open of job %s, which is processing', property.number(j.id))
    from public.jobs j where j.status = 'processing'
    and not exists (select from public.job_attempts a where a.job_id = j.id and a.outcome is null)
  union all select format('job %s waits beside a free slot', property.number(j.id))
    from public.jobs j join private.lanes l using (lane)
    where p_kind in ('tick', 'reap') and (p_kind = 'reap' or l.delivery <> 'pull')
      and j.status = 'pending' and coalesce(j.run_at <= private.now(), true) and j.start_by > private.now()
      and coalesce(l.paused_until <= private.now(), true) and l.circuit_opened_at is null
      and coalesce(private.active_jobs(j.lane, j.user_id) < l.max_active_per_user, true)
      and coalesce((select count(*) from private.starts x where x.lane = l.lane and x.started_at > private.now() - l.rate_window) < l.rate_limit, true)
      and exists (select from private.slots s join private.accounts a using (account_id)
        where s.lane = j.lane and s.token is null and not s.is_retiring and coalesce(a.paused_until <= private.now(), true))
  union all select format('%s names a user who is gone', x.name) from (
      select 'a job', user_id from public.jobs union all select 'an attempt', user_id from public.job_attempts
      union all select 'an entry', user_id from public.credit_entries union all select 'the outbox', user_id from private.cancels
      union all select 'a webhook', user_id from private.webhook_events union all select 'an account', user_id from public.credit_accounts) x (name, user_id)
    where x.user_id in (property.user_id('ana'), property.user_id('bo')) and not exists (select from auth.users u where u.id = x.user_id)
  union all select 'there is a job that nobody was told of' from public.jobs j where not exists (select from property.numbers n where n.id = j.id);
end
$$;

create function property.observe(p_kind text) returns jsonb language plpgsql as $$
declare
  v_result jsonb;
begin
  perform property.learn_tokens();
  v_result := jsonb_build_object(
    'broken', (select coalesce(jsonb_agg(rule), '[]') from property.broken_rules(p_kind) rule),
    'ids', (select coalesce(jsonb_object_agg(n, id), '{}') from property.numbers),
    'runAt', (select coalesce(jsonb_object_agg(n, property.seconds(run_at)), '{}') from property.numbers join public.jobs j using (id)),
    'jobs', (select coalesce(jsonb_agg(jsonb_build_object('n', n, 'status', j.status, 'step', j.current_step,
        'failedAt', j.failed_at_step, 'error', j.error_code, 'refund', j.refund, 'refundable', j.refundable,
        'retries', j.retry_count, 'attempt', j.attempt, 'dispatches', j.dispatches, 'waits', j.waits, 'progress', j.progress,
        'ticket', j.ticket, 'request', j.request_id, 'deadline', property.seconds(j.deadline_at),
        'startBy', property.seconds(j.start_by), 'expiresAt', property.seconds(j.expires_at)) order by n), '[]')
      from property.numbers join public.jobs j using (id)),
    'attempts', (select coalesce(jsonb_agg(jsonb_build_object('of', jsonb_build_array(n, a.attempt, a.dispatch), 'phase', a.phase,
        'outcome', a.outcome, 'account', (select name from private.accounts x where x.account_id = a.account_id),
        'task', a.external_id, 'submits', a.submits, 'until', property.seconds(a.submit_until), 'neverExisted', a.never_existed,
        'nones', a.nones, 'word', a.word, 'leasedUntil', property.seconds(a.leased_until)) order by n, a.attempt), '[]')
      from property.numbers join public.job_attempts a on a.job_id = id),
    'slots', (select coalesce(jsonb_agg(jsonb_build_array(a.name, case when s.token is not null then jsonb_build_array(t.n, t.dispatch) end, s.is_retiring)
        order by s.slot_id), '[]')
      from private.slots s join private.accounts a using (account_id) left join property.tokens t using (token)
      where s.lane in ('once', 'twice', 'same', 'outside')),
    'cancels', (select coalesce(jsonb_agg(jsonb_build_object('of', jsonb_build_array(t.n, c.attempt, t.dispatch), 'reason', c.reason,
        'task', c.external_id, 'accepted', c.accepted_id, 'submits', c.submits, 'nones', c.nones,
        'endsAt', property.seconds(c.ends_at), 'how', c.how) order by t.n, t.dispatch), '[]')
      from private.cancels c left join property.tokens t using (token)),
    'balances', (select coalesce(jsonb_object_agg(name, balance), '{}') from unnest(array['ana', 'bo']) name
      join public.credit_accounts on user_id = property.user_id(name)),
    'lanes', (select jsonb_agg(jsonb_build_array(lane, circuit_failures, property.seconds(circuit_opened_at),
        property.seconds(circuit_probe_at)) order by lane)
      from private.lanes where lane in ('once', 'twice', 'same', 'outside')));
  insert into property.seen select j.id, j from public.jobs j left join property.seen s using (id) where s.job is distinct from j
  on conflict (id) do update set job = excluded.job;
  return v_result;
end
$$;

create function property.act(p_call jsonb) returns jsonb language plpgsql as $$
declare
  v_kind text := p_call ->> 'kind';
  v_job_id uuid := (select id from property.numbers where n = (p_call ->> 'job')::integer);
  v_token uuid := coalesce(
    (select token from property.tokens where job_id = v_job_id and dispatch = (p_call ->> 'dispatch')::integer), gen_random_uuid());
  v_result jsonb;
  v_state text;
  v_detail text;
  v_message text;
begin
  begin
    v_result := case
      when v_kind in ('create', 'createMany', 'retry', 'cancel', 'deleteUser', 'refundAgain', 'meddle') then property.by_user(p_call, v_job_id)
      when p_call ? 'dispatch' then property.by_worker(p_call, v_job_id, v_token)
      else property.by_others(p_call) end;
  exception when others then
    get stacked diagnostics v_state = returned_sqlstate, v_detail = pg_exception_detail, v_message = message_text;
    return jsonb_build_object('error', case when v_state like 'PT%' then v_detail else v_state end, 'message', v_message)
      || property.observe(v_kind);
  end;
  return jsonb_build_object('result', v_result) || property.observe(v_kind);
end
$$;

create function property.begin(p_setting jsonb) returns void language plpgsql as $$
declare
  v_lane text;
begin
  perform set_config('esteira.now', property.epoch()::text, true);
  update private.lanes l set max_active_per_user = (s ->> 'maxActive')::integer, max_waiting_per_user = (s ->> 'maxWaiting')::integer,
    max_refunds_per_user = (s ->> 'maxRefunds')::integer, cancel_refund = s ->> 'cancelRefund',
    rate_limit = (s ->> 'rate')::integer, rate_window = case when s ->> 'rate' is not null then interval '1 minute' end
  from jsonb_each(p_setting -> 'lanes') x (name, s) where l.lane = x.name;
  perform private.set_capacity(account_id, (p_setting -> 'capacity' ->> name)::integer)
  from private.accounts where lane in ('once', 'twice', 'same', 'outside');
end
$$;
