begin;
select plan(22);

create function pg_temp.refused_calls(p_who text) returns setof text language sql as $$
  select throws_ok(call, '42501', null, p_who || ': ' || call) from unnest(array[
    'select worker.receive(''runninghub'')',
    'select worker.receive_settlements()',
    'select worker.lanes()',
    'select worker.reap()',
    'select worker.acknowledge(''runninghub_queue'', 1)',
    'select worker.progress(gen_random_uuid(), gen_random_uuid(), 1::smallint)',
    'select worker.defer(''runninghub_queue'', 1, ''0'')',
    'select worker.checkpoint(gen_random_uuid(), gen_random_uuid(), ''{}'')',
    'select worker.submitted(gen_random_uuid(), gen_random_uuid(), ''x'', ''{}'')',
    'select worker.complete(gen_random_uuid(), gen_random_uuid(), ''{}'', ''x'')',
    'select worker.attempt_failed(gen_random_uuid(), gen_random_uuid(), ''never'', ''x'', ''x'')']) call
$$;
select tests.as_anon();
select pg_temp.refused_calls('nobody');
select tests.as_admin();
select pg_temp.refused_calls('an admin');
select tests.reset();

select * from finish();
rollback;
