begin;
select plan(4);

-- Hosted projects refuse to delete objects by SQL unless this is set, which the Storage service does.
set local storage.allow_delete_query = 'true';
select tests.create_user('ana'), tests.create_user('bo');
select tests.put_file('ana', 'cat.png'), tests.put_file('bo', 'dog.png');
insert into storage.objects (bucket_id, name) values ('outputs', tests.user_id('ana') || '/job/cat.png');

select tests.as_user('stranger');
delete from storage.objects where true;
select tests.as_anon();
delete from storage.objects where true;
select tests.reset();
select is((select count(*) from storage.objects), 3::bigint, 'a stranger deletes nothing, signed in or not');

select tests.as_user('ana');
delete from storage.objects where true;
select tests.reset();
select is_empty(
  $$ select name from storage.objects where bucket_id = 'inputs' and name like tests.user_id('ana') || '%' $$,
  'a user deletes what they handed in');
select is((select count(*) from storage.objects where bucket_id = 'outputs'), 1::bigint, 'not what came out');
select is(
  (select count(*) from storage.objects where name like tests.user_id('bo') || '%'), 1::bigint,
  'nor what others handed in');

select * from finish();
rollback;
