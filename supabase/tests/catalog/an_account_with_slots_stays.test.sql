begin;
select plan(3);

select tests.enable_echo(1);
select throws_ok($$ delete from private.accounts where lane = 'echo' $$, '23503', null, 'it is not deleted');
select throws_ok($$ delete from private.lanes where lane = 'echo' $$, '23503', null, 'nor is its lane');
delete from private.slots where lane = 'echo';
select lives_ok($$ delete from private.accounts where lane = 'echo' $$, 'but one without is');

select * from finish();
rollback;
