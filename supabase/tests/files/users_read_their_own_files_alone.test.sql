begin;
select plan(7);

select tests.create_user('ana'), tests.create_user('bo');
select tests.put_file('ana', 'cat.png'), tests.put_file('bo', 'dog.png');
insert into storage.objects (bucket_id, name, owner_id) values
  ('outputs', tests.user_id('ana') || '/job/cat.png', null),
  ('inputs', tests.user_id('ana') || '-not/cat.png', null),
  ('inputs', 'shared/' || tests.user_id('ana') || '/cat.png', null),
  ('inputs', tests.user_id('ana')::text, null);

-- Everything of a job lies under its id; what it completed with is what it lists.
select tests.enable_echo(4);
select tests.create_job('ana', key) from unnest(array['done', 'running', 'failed', 'cancelled']) key;
insert into storage.objects (bucket_id, name) select 'outputs', format('%s/%s/%s.png', user_id, id, name)
from public.jobs, unnest(array['1-0', 'unlisted']) name;
select worker.complete(id, (tests.attempt('done')).token, jsonb_build_object('files', jsonb_build_array(
  jsonb_build_object('bucket', 'outputs', 'path', format('%s/%s/1-0.png', user_id, id))))) from tests.job('done');
select tests.fail('failed', 'never'), tests.cancel('cancelled');

create temporary table result as select (tests.job('done')).output #>> '{files,0,path}' as path;
grant select on result to authenticated;

create function pg_temp.seen() returns text language sql as $$
  select 'select bucket_id || ''/'' || name from storage.objects'
$$;
select tests.as_user('ana');
select set_eq(pg_temp.seen(), array['inputs/' || tests.user_id('ana') || '/cat.png', 'outputs/' || (select path from result)],
  'a user sees what they have handed in, and the results of their completed jobs');
select tests.as_user('bo');
select set_eq(pg_temp.seen(), array['inputs/' || tests.user_id('bo') || '/dog.png'],
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
select is((select count(*) from storage.objects), 14::bigint, 'functions with a secret key see all');
select tests.reset();

select * from finish();
rollback;
