begin;
select plan(3);

select tests.create_user('ana');
select tests.enable_echo(1);
delete from vault.secrets where name = 'tests_api_key';
select tests.create_job('ana', 'one');
create temporary table received as select * from worker.receive('echo');
select is(
  (select item #>> '{attempt,token}' from received), (tests.attempt('one')).token::text,
  'its job is handed out all the same');
select is((select item -> 'account' -> 'api_key' from received), 'null', 'the worker sees what is missing');

select vault.create_secret(E' a-key \n', 'tests_api_key');
select worker.defer(queue, msg_id, '0') from received;
truncate received;
insert into received select * from worker.receive('echo');
select is((select item #>> '{account,api_key}' from received), 'a-key', 'one that was pasted with blanks is trimmed');

select * from finish();
rollback;
