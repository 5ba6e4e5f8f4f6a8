-- A marker goes wherever a user's words, files and answers can go, by the product's own ways. When the user is gone,
-- every row of every table of ours and of the platform's schemas that we write to is read as text, and must not have it.
begin;
select plan(22);

create function pg_temp.named(p_needle text) returns setof text language plpgsql as $$
declare
  v_table text;
  v_count bigint;
begin
  for v_table in
    select format('%I.%I', c.relnamespace::regnamespace, c.relname) from pg_class c
    where c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence <> 't'
      and c.relnamespace::regnamespace::text in
        ('public', 'private', 'worker', 'ops', 'pgmq', 'net', 'realtime', 'storage', 'cron', 'vault')
    order by 1
  loop
    execute format('select count(*) from %s x where x::text ilike $1 or x::text ilike $2', v_table)
    into v_count using '%' || p_needle || '%', '%' || encode(p_needle::bytea, 'hex') || '%';
    if v_count > 0 then return next v_table; end if;
  end loop;
end
$$;

select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_user('ana', 0), tests.create_user('bo', 10);
select ops.grant_credits(tests.user_id('ana'), 50, 'zebra in a note', 'zebra-payment');
select ops.set_storage_limit(tests.user_id('ana'), 100000000000);
select tests.enable_effect('model', 12), tests.enable_upscaler(2);
select tests.create_project('ana', 'canvas', '{zebra}');
insert into storage.buckets (id, name) values ('avatars', 'avatars'), ('team', 'team');
insert into storage.objects (bucket_id, name, owner_id, user_metadata) values
  ('avatars', tests.user_id('ana') || '/zebra.png', null, '{}'),
  ('avatars', 'faces/zebra.png', tests.user_id('ana')::text, '{"of": "zebra"}'),
  ('outputs', tests.user_id('ana') || '/job/zebra.png', null, '{}');

-- Jobs in every state, each with the marker in all that it can hold.
create function pg_temp.make(p_key text) returns void language sql as $$
  select tests.create_job_for('ana', p_key, jsonb_build_object('projectId', tests.project_id('canvas'), 'nodeId', 'zebra',
    'of', 'zebra'), '{"prompt": "a zebra", "name": "zebra"}')
$$;
select pg_temp.make('zebra ' || state) from unnest(
  '{completed,failed,cancelled,running,produced,pending,webhook,late,doubt}'::text[]) state;
select tests.create_job('ana', 'zebra', 'upscaler');
select worker.checkpoint((tests.job('zebra ' || state)).id, (tests.attempt('zebra ' || state)).token,
  '{"files": {"image": ["https://example.test/zebra.png"]}, "note": 1}', '{"resubmit": "reconcile_only", "can_stop": true}')
from unnest('{completed,cancelled,running,produced,webhook,late,doubt}'::text[]) state;
select worker.submitted((tests.job('zebra ' || state)).id, (tests.attempt('zebra ' || state)).token, 'task-' || state,
  '{"echo": "zebra"}')
from unnest('{completed,cancelled,running,produced,webhook,late}'::text[]) state;
select worker.webhook('echo', 'zebra-' || state, (tests.job('zebra ' || state)).id, (tests.attempt('zebra ' || state)).token,
  'token', '{"x-of": "zebra"}', '{"url": "https://example.test/zebra.png"}', null, 'task-' || state, '{"of": "zebra"}')
from unnest('{running,webhook}'::text[]) state;
select worker.produced((tests.job('zebra produced')).id, (tests.attempt('zebra produced')).token,
  '[{"url": "https://example.test/zebra.png", "contentType": null}]', '{"of": "zebra"}', p_raw => '{"of": "zebra"}');
select worker.complete((tests.job('zebra completed')).id, (tests.attempt('zebra completed')).token,
  jsonb_build_object('files', jsonb_build_array(jsonb_build_object('bucket', 'outputs', 'path', 'zebra.png')),
    'data', '{"model_url": "zebra"}'::jsonb), 'https://example.test/zebra.png');
select worker.attempt_failed((tests.job('zebra failed')).id, (tests.attempt('zebra failed')).token, 'never', 'zebra', 'A zebra failed.',
  '{"of": "zebra"}');
select tests.cancel('zebra cancelled'), tests.commit();
select pgmq.archive('settle_queue', msg_id) from tests.messages('settle_queue') limit 2;
insert into net._http_response (id, status_code, content) values (1, 500, 'user ' || tests.user_id('ana') || ' was not served');
insert into private.broadcast_failures (minute, cause, count, heard, topic, event, failed_at)
values (private.now(), 'P0001', 1, 0, 'jobs:' || tests.user_id('ana'), 'UPDATE', private.now());
insert into private.broadcast_failures (minute, cause, count, heard, topic, event, failed_at, topics)
values (private.now(), 'P0002', 2, 2, 'jobs:somebody', 'UPDATE', private.now(), array['jobs:somebody', 'jobs:' || tests.user_id('ana')]);
insert into private.deliveries (user_id, hour, channel, reports, changes, terminal, missed, late, late_max_ms)
values (tests.user_id('ana'), private.now(), 'poll', 1, 1, 0, 0, array_fill(0, array[12]), 0);
insert into private.verdicts (job_id, user_id, code, level, clears, detail, seen_at, last_seen_at, until)
select (tests.job('zebra ' || state)).id, tests.user_id('ana'), 'zebra', 'info', 'never', 'zebra', private.now(), private.now(), over
from unnest('{running,failed}'::text[], array[null, private.now()]) x (state, over);
insert into private.faults (part, lane, sqlstate, error, since, last_at)
values ('a part', '', 'P0001', 'job ' || (tests.job('zebra failed')).id || ': zebra', private.now(), private.now());
insert into private.quarantine (job_id, part, sqlstate, error, since, last_at)
select (tests.job('zebra running')).id, 'a part', 'P0001', 'zebra', private.now(), private.now();
select tests.connect_account('ana', 'x', 'zebra'), worker.save_choice(tests.user_id('ana'), 'x', '{"of": "zebra"}');
select ops.allow_redirect('https://app.example/');
select worker.start_connection(tests.user_id('ana'), 'x', 'hash', 'zebra', 'https://app.example/?of=zebra');
select ops.act('pause', jsonb_build_object('user_id', tests.user_id('ana')), false, 'zebra'),
  ops.act('refund', jsonb_build_object('job_id', (tests.job('zebra failed')).id), false, 'zebra'),
  ops.act('redrive', '{"tool": "nowhere"}', false, 'zebra ' || (tests.job('zebra failed')).id);
select ops_api.grant_credits(tests.user_id('ana'), 5, 'For a zebra', 'zebra-order');
insert into private.bulk_items (run_id, n, job_id, message) select run_id, 99, (tests.job('zebra failed')).id, 'zebra' from private.bulk_runs;
create temporary table was on commit drop as
select j.idempotency_key as key, a.*, p.lane as lane from public.jobs j left join public.job_attempts a on a.job_id = j.id
join public.jobs p on p.id = j.id where j.user_id = tests.user_id('ana');

-- That the search finds things, and the marker is where it can be.
select set_has($$ select * from pg_temp.named('zebra') $$, $$ select unnest('{private.cancels,private.webhook_events,public.ai_models,
  private.audit,private.bulk_items,private.bulk_runs,private.user_pauses,public.connections,public.credit_entries,public.job_attempts,public.jobs,public.projects,private.connection_starts,realtime.messages,storage.objects}'::text[]) $$,
  'the marker is in these tables');
select set_has($$ select * from pg_temp.named(tests.user_id('ana')::text) $$, $$ select unnest('{net._http_response,
  private.broadcast_failures,private.cancels,private.deliveries,private.limits_of_users,private.tickets,private.verdicts,public.credit_accounts}'::text[]) $$,
  'and the id in more');

create temporary table did as select ops.forget_user(tests.user_id('ana')) as did;
select is(did - array['tombstone_id', 'traces', 'files'], jsonb_build_object('user', 'deleted', 'jobs', 10, 'tasks', 4, 'forgets', 2,
    'projects', 1, 'connections', 1, 'models', 9, 'entries', 13, 'again_at', to_jsonb('2030-01-01 03:00:00Z'::timestamptz)),
  'the operator is told what was done') from did;
select ok((did ->> 'files')::integer >= 5, 'and how many prefixes are to be deleted, those of all buckets') from did;
select is((select count(*) from auth.users where id = tests.user_id('ana')), 0::bigint, 'the user is gone');

-- What comes afterwards
select is((select worker.webhook('echo', 'e-late', job_id, token, 'token', '{"x-of": "zebra"}', '{"of": "zebra"}', 'succeeded',
  'task-late', '{"of": "zebra"}') ->> 'verdict' from was where key = 'zebra late'), 'late', 'a webhook that comes later is late');
select is((select worker.submitted(job_id, token, 'task-doubt', '{"of": "zebra"}') from was where key = 'zebra doubt'), 'cancelled',
  'an answer is heard');
select is((select count(*) from worker.receive_cancels()), 4::bigint, 'the outbox works on');
select ok(bool_and(item::text not like '%zebra%' and item::text not like '%' || tests.user_id('ana') || '%'),
  'with nothing of whose it was') from worker.receive_forgets() item;

-- The worker deletes files, by Storage.
select set_has($$ select bucket, prefix from worker.receive_doomed_files(100) where prefix is not null $$,
  $$ select bucket, tests.user_id('ana') || '/' from unnest('{inputs,outputs,avatars,team}'::text[]) bucket $$, 'files go in all buckets');
select is((select count(*) from private.doomed_files where owner_id = tests.user_id('ana')::text), 2::bigint,
  'and what the user put anywhere else, now and later');
select is(private.owned_files(tests.user_id('ana')::text, 10) @> '[{"bucket": "avatars", "path": "faces/zebra.png"}]', true,
  'which is found by its owner');
insert into private.buckets_left_alone values ('avatars'), ('outputs');
select is(private.owned_files(tests.user_id('ana')::text, 10) @> '[{"bucket": "avatars"}]', false,
  'but where an operator has said that files stay');
select is(private.is_left_alone('outputs'), false, 'which cannot be said of our own buckets');
set local storage.allow_delete_query = 'true';
delete from storage.objects where owner_id = tests.user_id('ana')::text or starts_with(name, tests.user_id('ana') || '/');
select is_empty($$ select * from pg_temp.named('zebra') $$,
  'the marker is nowhere');

-- Told by a tab that knows of nothing, while the user was leaving.
insert into private.deliveries (user_id, hour, channel, reports, changes, terminal, missed, late, late_max_ms)
values (tests.user_id('ana'), private.now(), 'poll', 1, 1, 0, 0, array_fill(0, array[12]), 0);-- Noted by who looked at a job while it was deleted.
insert into private.verdicts (job_id, user_id, code, level, clears, seen_at, last_seen_at)
values (gen_random_uuid(), tests.user_id('ana'), 'submitting', 'info', 'by_itself', private.now(), private.now());

select tests.later('3 hours');
select worker.doomed_files_deleted(doomed_id) from private.doomed_files;
select is(private.forget_leavers(), '{"leavers": 1, "log": 0, "answers": 0, "messages": 0, "broadcasts": 0, "webhook_events": 1}',
  'three hours later what has come since is found as well');
select is_empty($$ select * from pg_temp.named(tests.user_id('ana')::text) $$, 'the id is nowhere');
select is_empty('select * from private.leavers', 'not in the list of those who left either');

-- The money
select is((select sum(amount) from public.credit_entries where user_id = (select (did ->> 'tombstone_id')::uuid from did)), 46::numeric,
  'the ledger says the same');
select is_empty('select * from ops.credit_drift()', 'and is proved');
select is((select ops.forget_user(tests.user_id('ana')) - array['traces', 'files', 'again_at']),
  '{"user": "gone", "jobs": 0, "tasks": 0, "forgets": 0, "projects": 0, "connections": 0, "models": 0, "entries": 0, "tombstone_id": null}',
  'who is gone already can be forgotten again');
select is((tests.balance('bo')), 10, 'nobody else has noticed');

select * from finish();
rollback;
