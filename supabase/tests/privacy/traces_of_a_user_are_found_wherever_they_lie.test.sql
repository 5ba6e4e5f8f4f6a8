begin;
select plan(9);

select tests.create_user('ana'), tests.create_user('bo');
select tests.enable_echo(10);
select tests.create_job('ana', 'hers'), tests.create_job('bo', 'his');
create temporary table jobs_of as select idempotency_key as key, id, user_id from public.jobs;

-- In each queue, and in the archive of each; those of earlier versions, too.
select pgmq.create('dead_letters');
create temporary table sent as select queue, n, pgmq.send(queue, jsonb_build_object('job_id', id)) as msg_id
from jobs_of, unnest(array['echo_queue', 'settle_queue', 'dead_letters']) queue, generate_series(1, 2) n;
select pgmq.archive(queue, msg_id) from sent where n = 2;
create function pg_temp.messages(p_key text) returns bigint language sql as $$
  select count(*) from jobs_of j, (
    select message from pgmq.q_echo_queue union all select message from pgmq.a_echo_queue
    union all select message from pgmq.q_settle_queue union all select message from pgmq.a_settle_queue
    union all select message from pgmq.q_dead_letters union all select message from pgmq.a_dead_letters) m
  where j.key = p_key and m.message ->> 'job_id' = j.id::text
$$;
select is(array[pg_temp.messages('hers'), pg_temp.messages('his')], '{7,7}', 'messages lie in queues and archives');
-- A webhook of a job that was deleted before, and one that named a job only; faults that name the user, or a job.
insert into private.webhook_events (provider, dedupe_key, user_id, job_id, attempt, verified_by, headers, payload, verdict, received_at)
select 'echo', key || about, user_id, case about when 'user' then gen_random_uuid() else id end, 1, 'token', '{}', '{}', 'late', private.now()
from jobs_of, unnest(array['user', 'job']) about;
insert into private.faults (part, lane, sqlstate, error, since, last_at)
select key, about, 'P0001', format('%s %s failed', about, case about when 'user' then user_id else id end), private.now(), private.now()
from jobs_of, unnest(array['user', 'job']) about;
insert into cron.job_run_details (runid, command, return_message)
select -row_number() over (), case about when 'command' then 'select ' || user_id else 'select 1' end, case about when 'message' then 'no ' || user_id end
from jobs_of, unnest(array['command', 'message']) about;
insert into net._http_response (id, content, error_msg)
select -row_number() over (), case about when 'content' then 'of ' || user_id end, case about when 'error' then 'no ' || user_id end
from jobs_of, unnest(array['content', 'error']) about;

insert into storage.buckets (id, name) values ('shared', 'shared'), ('hers', 'hers');
insert into private.buckets_left_alone values ('shared');
insert into storage.objects (bucket_id, name, owner_id)
select bucket, 'faces/' || n, tests.user_id('ana')::text from unnest(array['shared', 'hers']) bucket, generate_series(1, 2) n;
select ops.forget_user(tests.user_id('ana'));
select is(
  (select array_agg(distinct bucket) from private.doomed_files where bucket in ('shared', 'hers')), '{hers}', 'files of a shared bucket stay');
select is(jsonb_array_length(private.owned_files(tests.user_id('ana')::text, 1)), 1, 'others are looked up so many at a time');
select is(array[pg_temp.messages('hers'), pg_temp.messages('his')], '{0,7}', 'those of who is gone lie nowhere');
select is((select array_agg(dedupe_key order by dedupe_key) from private.webhook_events), '{hisjob,hisuser}', 'nor do webhooks');
select is((select array_agg(part || lane order by lane) from private.faults where part in ('hers', 'his')), '{hisjob,hisuser}', 'or faults that tell of them');
select is(
  (select array_agg((command || coalesce(return_message, '')) like '%' || tests.user_id('bo') || '%') from cron.job_run_details where runid < 0),
  '{t,t}', 'or the log');
select is(
  (select array_agg(concat(content, error_msg) like '%' || tests.user_id('bo') || '%') from net._http_response where id < 0), '{t,t}', 'or answers');
select is_empty(
  $$ select user_id from private.tickets where user_id = tests.user_id('ana') union all
     select user_id from private.limits_of_users where user_id = tests.user_id('ana') union all
     select user_id from private.stored_sums where user_id = tests.user_id('ana') $$, 'or what is counted');

select * from finish();
rollback;
