begin;
select plan(2);

select tests.create_user('ana');
select tests.enable_echo(1);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'one');
select tests.create_job('ana', 'two'), tests.create_job('ana', 'three');
create temporary table before as select * from tests.job('one');
select tests.fail('one', 'backoff', interval '1 minute');
select is((tests.job('one')).ticket, (select ticket from before), 'it keeps its ticket');

select tests.freeze('2030-01-01 00:01:00Z');
select is(tests.serve('echo'), '{two,one,three}', 'and so comes before those who came after it');

select * from finish();
rollback;
