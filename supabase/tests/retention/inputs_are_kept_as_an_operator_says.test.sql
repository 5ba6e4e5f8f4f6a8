begin;
select plan(23);

select tests.create_user('ana'), tests.create_user('bo');
select tests.enable_upscaler(9);
select tests.freeze('2030-01-01 00:00:00Z');
create function pg_temp.put(p_user text, p_name text, p_age interval) returns void language sql as $$
  select tests.put_file(p_user, p_name);
  update storage.objects set created_at = private.now() - p_age where name = tests.user_id(p_user) || '/' || p_name;
$$;
create function pg_temp.doomed() returns text[] language sql as $$
  select coalesce(array_agg(split_part(prefix, '/', 2) order by split_part(prefix, '/', 2)), '{}') from private.doomed_files where bucket = 'inputs'
$$;
create function pg_temp.use(p_user text, p_key text, p_file text) returns void language sql as $$
  select public.create_job(tests.user_id(p_user), 'upscaler',
    jsonb_build_object('image', tests.user_id(p_user) || '/' || p_file, 'scale', 2), p_idempotency_key => p_key);
$$;
select pg_temp.put('ana', 'a-unused.png', '31 days'), pg_temp.put('ana', 'b-fresh.png', '29 days'),
  pg_temp.put('ana', 'c-used.png', '90 days'), pg_temp.put('ana', 'd-going.png', '90 days'), pg_temp.put('bo', 'e-unused.png', '1 year');
select pg_temp.use('ana', 'used', 'c-used.png'), pg_temp.use('ana', 'going', 'd-going.png');
select tests.complete('used');
update storage.objects set created_at = private.now() - interval '90 days' where name like '%/c-used.png' or name like '%/d-going.png';

insert into storage.buckets (id, name) values ('avatars', 'avatars');
insert into storage.objects (bucket_id, name, created_at) values ('avatars', tests.user_id('ana') || '/z-face.png', private.now() - interval '1 year');
select is(private.sweep_inputs(), 2, 'what nobody used for a month goes');
select is(cardinality(private.next_files('avatars', 9)), 1, 'of the one bucket');
select is(pg_temp.doomed(), '{a-unused.png,e-unused.png}', 'of everybody, and nothing else');
select ok(bool_and(is_exact), 'each by its path alone') from private.doomed_files;
select is(private.sweep_inputs(), 2, 'another look');
select is((select count(*) from private.doomed_files), 2::bigint, 'has nothing deleted twice');

-- What was asked for meanwhile stays.
select pg_temp.use('ana', 'late', 'a-unused.png');
select results_eq($$ select split_part(prefix, '/', 2), cardinality(keep) from worker.receive_doomed_files() order by 1 $$,
  $$ values ('a-unused.png', 1), ('e-unused.png', 0) $$, 'a job that is given such a file before it is deleted keeps it');
delete from private.doomed_files where true;

-- A time for what was used
select throws_ok($$ select ops.set_retention('upscaler', '0', null, null, null) $$, 'PT422', null, 'a time is longer than nothing');
select throws_ok($$ select ops.set_retention('nothing', '1 day', null, null, null) $$, '23503', null, 'of a tool that there is');
select throws_ok($$ select ops.set_retention('upscaler', null, null, null, null, '1 day') $$, 'PT422', null, 'what is unused was for no tool');
select ops.set_retention('upscaler', '7 days', null, '30 days', '30 days');
select is(private.sweep_inputs(), 1, 'within that time a used file stays');
select tests.later('7 days'), private.sweep_inputs();
select is(pg_temp.doomed(), '{b-fresh.png,c-used.png,e-unused.png}', 'afterwards it goes, but what a job still needs');
select is((select keep from worker.receive_doomed_files() where prefix like '%/c-used.png'), '{}', 'and no job keeps it any more');
select tests.complete('going'), tests.later('6 days'), private.sweep_inputs();
select is(pg_temp.doomed() @> '{d-going.png}', false, 'the time of a file begins with the end of its last job');
select tests.later('1 day'), private.sweep_inputs();
select is(pg_temp.doomed() @> '{d-going.png}', true, 'then it goes');

select pg_temp.put('ana', 'h-twice.png', '90 days'), pg_temp.use('ana', 'h1', 'h-twice.png'), pg_temp.use('ana', 'h2', 'h-twice.png');
select tests.complete('h1'), tests.later('6 days'), tests.complete('h2'), tests.later('6 days'), private.sweep_inputs();
select is(pg_temp.doomed() @> '{h-twice.png}', false, 'of two jobs with one file the later counts');
select tests.later('1 day'), private.sweep_inputs();
select is(pg_temp.doomed() @> '{h-twice.png}', true, 'to its own time');

-- An operator keeps all.
delete from private.doomed_files where true;
select ops.set_retention('upscaler', null, null, null, null), ops.set_retention(null, null, null, null, null);
select is(private.sweep_inputs(), 0, 'for ever is for ever');
select ops.set_retention(null, null, null, null, null, '1 hour');
select pg_temp.put('ana', 'f-new.png', '23 hours');
select private.sweep_inputs();
select is(pg_temp.doomed() @> '{f-new.png}', false, 'what was put there within a day is never touched');

-- Piece by piece
delete from private.doomed_files where true;
delete from private.sweeps where true;
select ok(private.sweep_inputs(2) <= 2, 'a piece at a time');
select isnt(private.sweep_position('inputs files'), '', 'it knows where it stopped');
select private.sweep_inputs(2), private.sweep_inputs(2), private.sweep_inputs(2), private.sweep_inputs(2);
select ok((select passes from private.sweeps where name = 'inputs files') >= 1, 'and comes to the end, where it begins anew');
select is((select count(*) from private.doomed_files), (select count(distinct prefix) from private.doomed_files), 'nothing is deleted twice');

select * from finish();
rollback;
