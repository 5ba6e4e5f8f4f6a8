-- What is of no lane: tasks to be stopped, files to be deleted, models to be forgotten.
begin;
select plan(7);

select tests.deploy();
select tests.create_user('ana');
select tests.enable_echo(1);
create function pg_temp.wakes() returns bigint language plpgsql as $$
begin
  delete from net.http_request_queue where true;
  update private.throttles set passed_at = '-infinity' where true;
  perform private.tick();
  return (select count(*) from tests.pokes());
end
$$;
select is(pg_temp.wakes(), 0::bigint, 'where nothing is due nobody is woken');
insert into private.doomed_files (bucket, prefix, due_at) values ('outputs', 'x/', private.now() + interval '1 minute');
insert into private.forgets (token, job_id, attempt, tool, lane, external_id, started_at, made_at, next_at)
values (gen_random_uuid(), gen_random_uuid(), 1, 'echo', 'echo', 't-1', private.now(), private.now(), private.now() + interval '1 minute');
select is(pg_temp.wakes(), 0::bigint, 'or due later');
update private.forgets set next_at = private.now() where true;
select is(pg_temp.wakes(), 1::bigint, 'a model that is to be forgotten');
delete from private.forgets where true;
select is(pg_temp.wakes(), 0::bigint, 'and is');
update private.doomed_files set due_at = private.now() where true;
select is(pg_temp.wakes(), 1::bigint, 'files that are to be deleted');
delete from private.doomed_files where true;
select tests.create_job('ana', 'one'), tests.submit('one'), tests.cancel('one');
delete from private.doomed_files where true;
update private.cancels set next_at = private.now() where true;
select is(pg_temp.wakes(), 1::bigint, 'a task that is to be stopped');
update private.cancels set next_at = private.now() + interval '1 minute' where true;
select is(pg_temp.wakes(), 0::bigint, 'each in its time');

select * from finish();
rollback;
