begin;
select plan(5);

select tests.create_user('ana');
select tests.enable_echo(1);
select tests.create_job('ana', 'one');
select throws_ok($$ delete from public.tools where tool = 'echo' $$, '23503', null, 'it is not deleted');
select throws_ok($$ update public.tools set tool = 'reverb' where tool = 'echo' $$, '23503', null, 'nor renamed');
select lives_ok($$ update public.tools set is_enabled = false where tool = 'echo' $$, 'it can be switched off');
delete from public.jobs where true;
select lives_ok($$ update public.tools set tool = 'reverb' where tool = 'echo' $$, 'one without jobs can be renamed');
select lives_ok($$ delete from public.tools where tool = 'reverb' $$, 'and deleted');

select * from finish();
rollback;
