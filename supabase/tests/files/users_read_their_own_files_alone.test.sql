begin;
select plan(7);

select tests.create_user('ana'), tests.create_user('bo');
select tests.put_file('ana', 'cat.png'), tests.put_file('bo', 'dog.png');
insert into storage.objects (bucket_id, name, owner_id) values
  ('outputs', tests.user_id('ana') || '/job/cat.png', null),
  ('outputs', tests.user_id('bo') || '/job/dog.png', null),
  ('inputs', tests.user_id('ana') || '-not/cat.png', null),
  ('inputs', 'shared/' || tests.user_id('ana') || '/cat.png', null),
  ('inputs', tests.user_id('ana')::text, null);

create function pg_temp.seen() returns text language sql as $$
  select 'select bucket_id || ''/'' || name from storage.objects'
$$;
select tests.as_user('ana');
select set_eq(pg_temp.seen(), array['inputs/' || tests.user_id('ana') || '/cat.png', 'outputs/' || tests.user_id('ana') || '/job/cat.png'],
  'a user sees what is in their folders of the two buckets');
select tests.as_user('bo');
select set_eq(pg_temp.seen(), array['inputs/' || tests.user_id('bo') || '/dog.png', 'outputs/' || tests.user_id('bo') || '/job/dog.png'],
  'and so does another');
select tests.as_user('stranger');
select is_empty(pg_temp.seen(), 'a stranger sees nothing');
select tests.as_admin();
select is_empty(pg_temp.seen(), 'nor does an admin');
select tests.become('authenticated', null);
select is_empty(pg_temp.seen(), 'nor a session without a token');
select tests.as_anon();
select is_empty(pg_temp.seen(), 'nor somebody who is not signed in');
select tests.as_service();
select is((select count(*) from storage.objects), 7::bigint, 'functions with a secret key see all');
select tests.reset();

select * from finish();
rollback;
