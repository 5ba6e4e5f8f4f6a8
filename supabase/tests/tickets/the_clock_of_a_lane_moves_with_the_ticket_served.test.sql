begin;
select plan(4);

select tests.create_user('ana');
select tests.enable_echo(1);
select tests.freeze('2029-12-31 23:00:00Z');
create function pg_temp.clock() returns bigint language sql as $$ select virtual_time from private.clocks where lane = 'echo' and priority = 0 $$;

select tests.create_job('ana', 'one'), tests.create_job('ana', 'two');
select is(pg_temp.clock(), (tests.job('one')).ticket, 'it shows the ticket that is being served');
select tests.complete('one');
select is(pg_temp.clock(), (tests.job('two')).ticket, 'and then the next');

select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'three');
select tests.fail('two', 'wait', interval '1 hour');
select tests.complete('three');
select tests.freeze('2030-01-01 01:00:00Z');
select private.dispatch('echo');
select is(tests.running(), '{two}', 'a job that comes back after others has its old ticket');
select is(pg_temp.clock(), (tests.job('three')).ticket, 'and does not turn the clock back');

