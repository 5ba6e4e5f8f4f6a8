begin;
select plan(4);

select tests.deploy();
select tests.create_user('ana');
select tests.enable_echo(10);
select private.create_lane('other', 'others');
select tests.create_job('ana', 'job-' || n) from generate_series(1, 5) n;
update private.throttles set passed_at = clock_timestamp() where name = 'poke:echo'; -- however slow this test was
select private.poke('echo');
select is((select count(*) from tests.pokes()), 1::bigint, 'five jobs, one call');

select private.poke('other');
select is((select count(*) from tests.pokes()), 2::bigint, 'another lane has a call of its own');

update private.throttles set passed_at = passed_at - interval '1 second' where name = 'poke:echo';
select private.poke('echo');
select is((select count(*) from tests.pokes()), 3::bigint, 'after a second the next');
select private.poke('echo');
select is((select count(*) from tests.pokes()), 3::bigint, 'and no more');

select * from finish();
rollback;
