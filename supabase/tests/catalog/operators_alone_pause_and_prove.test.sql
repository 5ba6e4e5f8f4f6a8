begin;
select plan(15);

create function pg_temp.refused_calls(p_who text) returns setof text language sql as $$
  select throws_ok(call, '42501', null, p_who || ': ' || call) from unnest(array[
    'select ops.pause_lane(''echo'', ''x'')', 'select ops.resume_lane(''echo'')',
    'select ops.pause_account(1, ''x'')', 'select ops.resume_account(1)', 'select ops.credit_drift()']) call
$$;
select tests.as_anon();
select pg_temp.refused_calls('nobody');
select tests.as_user('ana');
select pg_temp.refused_calls('a user');
select tests.as_service();
select pg_temp.refused_calls('a secret key');
select tests.reset();

select * from finish();
rollback;
