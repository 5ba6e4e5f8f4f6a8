begin;
select plan(17);

select tests.create_user('ana', 20), tests.create_user('bo', 20);
select tests.enable_echo(9);
select tests.freeze('2030-01-01 00:00:00Z');
create function pg_temp.store(p_key text, p_attempt integer default 1) returns text language sql set search_path = '' as $$
  insert into storage.objects (bucket_id, name)
  select 'outputs', format('%s/%s/%s-0.png', user_id, id, p_attempt) from tests.job(p_key) returning name
$$;
create function pg_temp.done(p_key text) returns text language sql set search_path = '' as $$
  select worker.complete(id, (tests.attempt(p_key)).token, jsonb_build_object('files', jsonb_build_array(
    jsonb_build_object('bucket', 'outputs', 'path', format('%s/%s/1-0.png', user_id, id))))) from tests.job(p_key)
$$;
create function pg_temp.sees() returns text language sql as $$
  select coalesce(string_agg(substr(name, length(split_part(name, '/', 1)) + 39), ' ' order by name), 'nothing')
  from storage.objects where bucket_id = 'outputs'
$$;
grant execute on function pg_temp.sees() to public;

select tests.create_job('ana', 'one'), tests.submit('one', 't-1'), tests.webhook('one', 'e-1', p_external_id => 't-1'), pg_temp.store('one');
select tests.as_user('ana');
select is(pg_temp.sees(), 'nothing', 'what is stored before the job is completed is nobody''s');
select tests.reset();
select tests.produce('one');
select tests.as_user('ana');
select is(pg_temp.sees(), 'nothing', 'nor is what is being copied');
select tests.reset();
select pg_temp.done('one'), pg_temp.store('one', 2);
select tests.as_user('ana');
select is(pg_temp.sees(), '1-0.png', 'its owner reads what the completed job lists, and nothing beside it');
select tests.as_user('bo');
select is(pg_temp.sees(), 'nothing', 'a stranger reads nothing');
select tests.as_admin('root');
select is(pg_temp.sees(), 'nothing', 'nor does an admin, by that');
select tests.as_anon();
select is(pg_temp.sees(), 'nothing', 'nor who is not signed in');
select tests.reset();
set local storage.allow_delete_query = 'true'; -- as the Storage service does before it deletes
delete from storage.objects where bucket_id = 'outputs';

-- Ended without a result, and stored all the same
create function pg_temp.cell(p_key text) returns setof text language plpgsql as $$
begin
  perform pg_temp.store(p_key), pg_temp.done(p_key);
  perform tests.as_user('ana');
  return next is(pg_temp.sees(), 'nothing', p_key || ': there is nothing to be read');
  perform tests.reset();
  return next is((tests.job(p_key)).output, null, p_key || ': nor is it listed');
end
$$;
select tests.create_job('ana', 'cancelled'), tests.submit('cancelled', 't-2'), tests.cancel('cancelled');
select pg_temp.cell('cancelled');
select tests.create_job('ana', 'withheld'), tests.submit('withheld', 't-3'), tests.cancel('withheld'), tests.over('withheld', 'succeeded');
select pg_temp.cell('withheld');
select tests.create_job('ana', 'too large'), tests.submit('too large', 't-4'), tests.produce('too large'), tests.refuse_output('too large');
select pg_temp.cell('too large');
select tests.create_job('ana', 'unknown'), tests.pass('unknown');
select worker.submit_unknown((tests.job('unknown')).id, (tests.attempt('unknown')).token);
select pg_temp.cell('unknown');
select tests.create_job('ana', 'late'), tests.submit('late', 't-5'), tests.later('36 minutes'), worker.reap();
select pg_temp.cell('late');
select is_empty('select * from ops.credit_drift()', 'nothing is wrong');

select * from finish();
rollback;
