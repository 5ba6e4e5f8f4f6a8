begin;
select plan(28);

select tests.create_user('ana'), tests.create_user('bo');
select tests.enable_upscaler(1);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.put_file('ana', 'cat.png'), tests.put_file('ana', 'dog.png');

-- A copy in the bucket handed, as far as the database knows of copies; returns its key.
create function pg_temp.copy(p_user text, p_name text, p_type text default 'image/png', p_bytes bigint default 500)
returns text language sql as $$
  insert into storage.objects (bucket_id, name, version, created_at, metadata)
  values ('handed', tests.user_id(p_user) || '/' || md5(p_name)::uuid || '.png', 'v-' || p_name, private.now(),
    jsonb_build_object('mimetype', p_type, 'size', p_bytes))
  returning name
$$;
create function pg_temp.input(p_name text) returns jsonb language sql as $$
  select jsonb_build_object('image', tests.user_id('ana') || '/' || p_name)
$$;
create function pg_temp.map(p_name text, p_key text) returns jsonb language sql as $$
  select jsonb_build_object(tests.user_id('ana') || '/' || p_name, p_key)
$$;
create function pg_temp.create(p_key text, p_name text, p_handed jsonb) returns public.jobs language sql as $$
  select public.create_job(tests.user_id('ana'), 'upscaler', pg_temp.input(p_name), p_idempotency_key => p_key,
    p_handed => p_handed)
$$;
create function pg_temp.creating(p_name text, p_handed jsonb) returns text language sql as $$
  select format('select pg_temp.create(null, %L, %L)', p_name, p_handed)
$$;
create function pg_temp.handed(p_key text) returns jsonb language sql as $$
  select coalesce(jsonb_object_agg(split_part(path, '/', 2), version), '{}') from private.handed_files
  where job_id = (tests.job(p_key)).id
$$;

-- At create
select pg_temp.copy('ana', 'cat');
select pg_temp.create('one', 'cat.png', pg_temp.map('cat.png', (select name from storage.objects where version = 'v-cat')));
select is(pg_temp.handed('one'), '{"cat.png": "v-cat"}', 'a job keeps which version of its file was checked');
select is((select bytes from private.handed_files), 500::bigint, 'and how large it is');
select is(
  (select (step ->> 'timestamp')::timestamptz from jsonb_array_elements((tests.job('one')).step_history) step where step ->> 'step' = 'upload'),
  (select created_at from storage.objects where bucket_id = 'inputs' and name like '%/cat.png'), 'its upload was when the user put it there');
select is(
  (select item -> 'handed' from worker.receive('runninghub')),
  (select jsonb_build_object(path, key) from private.handed_files), 'its worker is told');
update storage.objects set metadata = '{"mimetype": "text/html", "size": 5000000000}'
where bucket_id = 'inputs' and name like '%/dog.png';
select lives_ok(
  pg_temp.creating('dog.png', pg_temp.map('dog.png', pg_temp.copy('ana', 'dog'))), 'what was put in its place since, does not matter');
select tests.refuses(
  pg_temp.creating('cat.png', pg_temp.map('cat.png', pg_temp.copy('ana', 'page', 'text/html'))),
  415, 'unsupported_file_type', 'image', 'the type is that of the copy');
select tests.refuses(
  pg_temp.creating('cat.png', pg_temp.map('cat.png', pg_temp.copy('ana', 'huge', 'image/png', 5000000000))),
  413, 'file_too_large', 'image', 'so is the size');
select tests.refuses(
  pg_temp.creating('cat.png', pg_temp.map('cat.png', pg_temp.copy('bo', 'theirs'))), 422, 'file_not_found', 'image', 'not somebody else''s');
select tests.refuses(
  pg_temp.creating('cat.png', pg_temp.map('cat.png', tests.user_id('ana') || '/' || gen_random_uuid())), 422, 'file_not_found', 'image',
  'not one that is not there');
select tests.refuses(
  pg_temp.creating('cat.png', pg_temp.map('cat.png', tests.user_id('ana') || '/cat.png')), 422, 'file_not_found', 'image',
  'not a file that its user can change');
select tests.refuses(
  pg_temp.creating('../' || tests.user_id('bo') || '/x.png', pg_temp.map('../' || tests.user_id('bo') || '/x.png', pg_temp.copy('ana', 'odd'))),
  422, 'file_not_found', 'image', 'nor is a path one because there is a copy');

-- Batches
select public.create_jobs(tests.user_id('ana'), jsonb_build_array(
  jsonb_build_object('tool', 'upscaler', 'input', pg_temp.input('cat.png'), 'idempotency_key', 'first'),
  jsonb_build_object('tool', 'upscaler', 'input', pg_temp.input('dog.png'), 'idempotency_key', 'second'),
  jsonb_build_object('tool', 'upscaler', 'input', pg_temp.input('cat.png'), 'idempotency_key', 'third')),
  p_handed => pg_temp.map('cat.png', pg_temp.copy('ana', 'cat2')) || pg_temp.map('dog.png', pg_temp.copy('ana', 'dog2')));
select is(
  array[pg_temp.handed('first'), pg_temp.handed('second'), pg_temp.handed('third')],
  array['{"cat.png": "v-cat2"}', '{"dog.png": "v-dog2"}', '{"cat.png": "v-cat2"}']::jsonb[], 'each job of a batch keeps what it names');

select lives_ok(
  format('select public.create_jobs(%L, %L)', tests.user_id('ana'), jsonb_build_array(
    jsonb_build_object('tool', 'upscaler', 'input', pg_temp.input('cat.png'), 'idempotency_key', 'first'))),
  'a key that was used before asks for no copies');

-- Again
select public.cancel_job((tests.job('first')).id);
select is((public.retry_job((tests.job('first')).id)).status, 'pending', 'a cancelled job is done again');
select is(
  (select jsonb_object_agg(split_part(path, '/', 2), version) from private.handed_files
   where job_id = (select id from public.jobs where retried_from = (tests.job('first')).id)), '{"cat.png": "v-cat2"}',
  'with the copy that it had');

-- Those of the worker
select lives_ok('select tests.create_job(''ana'', ''bare'', ''upscaler'')', 'SQL creates without copies');
select is(pg_temp.handed('bare'), '{}', 'and there are none');
update public.jobs set priority = 50 where id = (tests.job('bare')).id;
select tests.complete('one');
select is((tests.job('bare')).status, 'processing', 'it is its turn');
create function pg_temp.hand_over(p_name text) returns jsonb language sql as $$
  select worker.hand_over((tests.job('bare')).id, (tests.attempt('bare')).token,
    pg_temp.map('bare.png', (select name from storage.objects where version = 'v-' || p_name)))
$$;
select pg_temp.copy('ana', 'bare1'), pg_temp.copy('ana', 'bare2'), pg_temp.copy('ana', 'bare3', 'image/gif');
select tests.refuses($$ select pg_temp.hand_over('bare3') $$, 415, 'unsupported_file_type', 'image', 'a worker''s copy is checked alike');
select is(
  (select jsonb_object_agg(split_part(path, '/', 2), key) from jsonb_each_text(pg_temp.hand_over('bare1')) c (path, key)),
  (select jsonb_build_object('bare.png', name) from storage.objects where version = 'v-bare1'), 'and kept');
select pg_temp.hand_over('bare2');
select is(pg_temp.handed('bare'), '{"bare.png": "v-bare1"}', 'the first one stays');
select throws_ok(format('select worker.hand_over(%L, %L, ''{}'')', (tests.job('bare')).id, gen_random_uuid()), 'PT409', null,
  'a stale worker is told so');
set local storage.allow_delete_query = 'true';
delete from storage.objects where version = 'v-bare1';
select pg_temp.hand_over('bare2');
select is(pg_temp.handed('bare'), '{"bare.png": "v-bare2"}', 'where a copy was lost, another takes its place');

-- Nobody's
select tests.freeze('2030-01-01 00:59:00Z');
select is(private.sweep_handed(), 0, 'what is young may be of a job that is being created');
select tests.freeze('2030-01-01 02:00:00Z');
select private.sweep_handed();
select set_eq(
  $$ select o.version from private.doomed_files d join storage.objects o on o.bucket_id = d.bucket and o.name = d.prefix $$,
  array['v-cat', 'v-page', 'v-huge', 'v-theirs', 'v-odd', 'v-bare3'], 'what no job came of goes, and what a completed one had');
select is(private.sweep_handed(), 0, 'once');
select public.cancel_job((tests.job('second')).id);
select ops.set_retention('upscaler', '3 hours', null, null, null);
select tests.freeze('2030-01-01 06:00:00Z');
select private.sweep_handed();
select is(
  (select array_agg(version order by version) from private.handed_files where version like '%2'), '{v-bare2,v-cat2,v-cat2}',
  'no copy is kept for longer than inputs of its tool are');
select ops.set_retention('upscaler', null, null, null, null);
select tests.freeze('2030-03-01 00:00:00Z');
delete from public.jobs where status = 'pending' or idempotency_key = 'bare';
select private.sweep_handed();
select is_empty(
  $$ select from storage.objects o where bucket_id = 'handed'
     and not exists (select from private.doomed_files d where d.bucket = o.bucket_id and d.prefix = o.name) $$,
  'that of a job which failed or was cancelled goes after a month');

select * from finish();
rollback;
