begin;
select plan(23);

select tests.create_user('ana', 20);
select tests.enable_echo(1);
select tests.freeze('2030-01-01 00:00:00Z');

create function pg_temp.cell(p_code text) returns setof text language plpgsql as $$
begin
  perform tests.create_job('ana', p_code), tests.submit(p_code, 't-' || p_code), tests.produce(p_code);
  return next is(tests.refuse_output(p_code, p_code), 'failed', p_code || ' ends the job');
  return next is(tests.ending(p_code), format('failed, %s, refund paid, charge, refund (counted), slot free, no row', p_code),
    p_code || ' is paid back, and counted');
  return next is((tests.job(p_code)).retry_count, 0, p_code || ' is not tried again');
  return next is((tests.job(p_code)).failed_at_step, 'running', p_code || ' is a fault of what ran');
end
$$;
select pg_temp.cell(code) from unnest(array['output_too_large', 'output_wrong_type', 'output_unavailable']) code;
-- One that came with the answer to the submit, and was not told of before
create function pg_temp.at_once(p_key text, p_resubmit text, p_ending text) returns setof text language plpgsql as $$
begin
  perform tests.create_job('ana', p_key), tests.pass(p_key, p_resubmit);
  return next is(tests.refuse_output(p_key), 'failed', p_key || ' ends the job');
  return next is(tests.ending(p_key), 'failed, output_too_large, refund paid, charge, refund (counted), ' || p_ending,
    p_key || ' is the provider''s success, and its task is over');
  return next is((tests.attempt(p_key)).word, 'succeeded', p_key || ' is kept as one');
end
$$;
select pg_temp.at_once('an answer', 'reconcile_only', 'slot free, no row');
select pg_temp.at_once('an idempotent answer', 'idempotent', 'slot free, no row');
select is(tests.refuse_output('output_too_large'), 'duplicate', 'told again, nothing is done');
select is(tests.complete('output_too_large'), 'late', 'a copy that comes after is too late');
select is(tests.produce('output_too_large'), 'late', 'and so is the provider''s answer');
select is(tests.refuse_output('output_too_large', 'output_wrong_type'), 'late', 'another reason comes too late');
select is_empty('select * from tests.unrest()', 'all has ended');

select * from finish();
rollback;
