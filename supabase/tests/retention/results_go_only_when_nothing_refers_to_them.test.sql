begin;
select plan(22);

select tests.create_user('ana'), tests.create_user('bo');
select tests.enable_echo(9);
select tests.freeze('2030-01-01 00:00:00Z');
create function pg_temp.make(p_user text, p_key text, p_lists boolean default true) returns void language plpgsql as $$
declare
  v_path text;
begin
  perform tests.create_job(p_user, p_key), tests.submit(p_key, p_key);
  v_path := format('%s/%s/1-0.png', tests.user_id(p_user), (tests.job(p_key)).id);
  insert into storage.objects (bucket_id, name, created_at) values ('outputs', v_path, private.now());
  perform worker.complete((tests.job(p_key)).id, (tests.attempt(p_key)).token, jsonb_build_object('data', '{"a": 1}'::jsonb, 'files',
    case when p_lists then jsonb_build_array(jsonb_build_object('bucket', 'outputs', 'path', v_path, 'bytes', 1000, 'content_type', 'image/png')) else '[]' end),
    'https://example.test/storage/v1/object/authenticated/outputs/' || v_path);
end
$$;
create function pg_temp.doomed() returns text[] language sql as $$
  select coalesce(array_agg(distinct j.idempotency_key order by j.idempotency_key), '{}') from private.doomed_files d
  join public.jobs j on j.id = private.uuid_or_null(split_part(d.prefix, '/', 2)) where d.bucket = 'outputs'
$$;
select pg_temp.make('ana', 'a'), pg_temp.make('ana', 'b node'), pg_temp.make('ana', 'c address'), pg_temp.make('ana', 'd model'),
  pg_temp.make('bo', 'e'), pg_temp.make('ana', 'f');
select tests.create_project('ana', 'canvas', '{n1,n2}');
update public.projects set version = version, content = jsonb_set(jsonb_set(content,
  '{nodes,0,data,jobId}', to_jsonb((tests.job('b node')).id)), '{nodes,1,data,picture}', to_jsonb((tests.job('c address')).output_url))
where id = tests.project_id('canvas');
insert into public.ai_models ("userId", name, "trainingJobId") select user_id, 'a face', id from tests.job('d model');
-- Somebody else's project may say what it likes.
select tests.create_project('bo', 'his', '{n1}');
update public.projects set version = version, content = jsonb_set(content, '{nodes,0,data,jobId}', to_jsonb((tests.job('a')).id))
where id = tests.project_id('his');

select tests.later('10 years');
select is(private.expire_outputs(), 0, 'results are kept for ever');
select ops.set_retention('echo', null, '11 years', null, null);
select is(private.expire_outputs(), 0, 'or as long as an operator says');
select ops.set_retention('echo', null, '1 year', null, null);
create temporary table was as select * from public.jobs;
select is(private.expire_outputs(), 3, 'then they go');
select is(pg_temp.doomed(), '{a,e,f}', 'but what a node of the owner''s, an address in a project, or a model refers to');
select is((tests.job('a')).output, '{"data": {"a": 1}, "files": [], "expired_at": "2040-01-01T00:00:00+00:00"}',
  'the job says since when, and keeps what is no file');
select is((tests.job('a')).output_url, null, 'there is nothing at its address');
select is((tests.job('a')).output_bytes, 0::bigint, 'and its room is free');
select is((tests.job('a')).status, 'completed', 'it has completed all the same');
select is((select version + 1 from was where idempotency_key = 'a'), (tests.job('a')).version, 'which is a change, and told');
select bag_eq($$ select * from public.jobs where idempotency_key in ('b node', 'c address', 'd model') $$,
  $$ select * from was where idempotency_key in ('b node', 'c address', 'd model') $$, 'what is referred to is as it was');
select is(private.expire_outputs(), 0, 'and none goes twice');
delete from public.projects where id = tests.project_id('canvas');
select is(private.expire_outputs(), 2, 'without its project it goes');
select is_empty('select * from ops.credit_drift()', 'no credit is touched');

-- Piece by piece
select pg_temp.make('bo', 'g'), pg_temp.make('bo', 'h'), tests.later('2 years');
select is(private.expire_outputs(2) + private.expire_outputs(2) + private.expire_outputs(2) + private.expire_outputs(2)
  + private.expire_outputs(2) + private.expire_outputs(2), 2, 'a piece at a time it comes to all');

-- One bad row stops nobody.
select pg_temp.make('bo', 'bad'), pg_temp.make('bo', 'good'), tests.later('2 years');
create function pg_temp.refuse() returns trigger language plpgsql as $$ begin raise exception 'it cannot be written'; end $$;
create trigger zzz_bad before update on public.jobs for each row when (old.idempotency_key = 'bad') execute function pg_temp.refuse();
select private.expire_outputs(), private.expire_outputs();
select is((tests.job('good')).output_bytes, 0::bigint, 'what cannot be written keeps nobody else''s');
select is((select error from private.faults where part = 'esteira-outputs'), format('job %s: it cannot be written', (tests.job('bad')).id),
  'and is told');
drop trigger zzz_bad on public.jobs;

-- Orphans: files that no job lists
delete from private.doomed_files where true;
set local storage.allow_delete_query = 'true';
delete from storage.objects where true; -- as the worker does it
select pg_temp.make('ana', 'i unlisted', false), pg_temp.make('ana', 'j listed');
select tests.create_job('ana', 'k running'), tests.submit('k running', 'k');
select tests.create_job('ana', 'l cancelled'), tests.cancel('l cancelled');
insert into storage.objects (bucket_id, name, created_at) values
  ('outputs', format('%s/%s/1-0.png', tests.user_id('ana'), (tests.job('k running')).id), private.now()),
  ('outputs', format('%s/%s/1-0.png', tests.user_id('bo'), (tests.job('j listed')).id), private.now()),
  ('outputs', format('%s/%s/1-0.png', tests.user_id('ana'), gen_random_uuid()), private.now()),
  ('outputs', format('%s/%s/1-0.png', tests.user_id('bo'), (tests.job('k running')).id), private.now()),
  ('outputs', format('%s/%s/1-0.png', tests.user_id('ana'), (tests.job('l cancelled')).id), private.now()),
  ('outputs', 'nobody/at-all.png', private.now());
select is(private.sweep_outputs() - private.sweep_outputs(), 0, 'what was put there today is not looked at');
select is_empty('select * from private.doomed_files', 'so nothing goes');
select tests.later('25 hours'), private.sweep_outputs();
select is((select count(*) from private.doomed_files where is_exact), 6::bigint, 'later what no job lists goes: six files');
select is(pg_temp.doomed() @> '{i unlisted,j listed,l cancelled}', true, 'of a job that lists none, and of a folder of somebody else''s');
select is((select count(*) from private.doomed_files where prefix = format('%s/%s/1-0.png', tests.user_id('ana'), (tests.job('j listed')).id)), 0::bigint,
  'what a job lists stays');
select is((select count(*) from private.doomed_files where prefix like tests.user_id('ana') || '/' || (tests.job('k running')).id || '/%'), 0::bigint,
  'and what a job may list yet');

select * from finish();
rollback;
