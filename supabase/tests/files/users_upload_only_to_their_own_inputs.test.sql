begin;
select plan(7);

select tests.create_user('ana'), tests.create_user('bo');
create function pg_temp.upload(p_bucket text, p_path text) returns text language sql as $$
  select format('insert into storage.objects (bucket_id, name) values (%L, %L)', p_bucket, p_path)
$$;

select tests.as_user('ana');
select lives_ok(
  pg_temp.upload('inputs', tests.user_id('ana') || '/cat.png'),
  'a user uploads to their folder of inputs');
select throws_ok(pg_temp.upload('inputs', tests.user_id('bo') || '/cat.png'), '42501', null, 'not to somebody else''s');
select throws_ok(pg_temp.upload('inputs', 'cat.png'), '42501', null, 'not beside all folders');
select throws_ok(
  pg_temp.upload('inputs', 'x/' || tests.user_id('ana') || '/cat.png'), '42501', null,
  'not to a folder of that name elsewhere');
select throws_ok(pg_temp.upload('outputs', tests.user_id('ana') || '/cat.png'), '42501', null, 'not to outputs');
update storage.objects set name = tests.user_id('bo') || '/cat.png' where true;
select tests.as_anon();
select throws_ok(
  pg_temp.upload('inputs', tests.user_id('ana') || '/dog.png'), '42501', null,
  'nobody uploads without signing in');
select tests.reset();
select results_eq(
  'select name from storage.objects', array[tests.user_id('ana') || '/cat.png'],
  'and what was uploaded stays where it is');

select * from finish();
rollback;
