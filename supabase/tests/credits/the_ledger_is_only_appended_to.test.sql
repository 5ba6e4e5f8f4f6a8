begin;
select plan(9);

select tests.create_user('ana', 10), tests.create_user('bo', 5);
insert into private.tombstones values (tests.user_id('stone'), 10, now()), (tests.user_id('other'), 0, now());

select throws_ok('update public.credit_entries set amount = 1 where true', '23514', null, 'no entry is altered');
select throws_ok('update public.credit_entries set note = null where true', '23514', null, 'not even its note');
select throws_ok('delete from public.credit_entries where true', '23514', null, 'none is struck out');
select throws_ok($$ update public.credit_entries set user_id = tests.user_id('bo') where true $$, '23514', null, 'none is given to another user');
select throws_ok($$ update public.credit_entries set user_id = tests.user_id('stone'), amount = amount + 1 where true $$, '23514', null,
  'who leaves does not change what was paid');
select throws_ok($$ update public.credit_entries set user_id = tests.user_id('stone'), balance_after = 0 where true $$, '23514', null,
  'nor what there was');
select lives_ok($$ update public.credit_entries set user_id = tests.user_id('stone'), note = null where amount = 10 $$,
  'under a tombstone an entry says the same of the money');
select throws_ok($$ update public.credit_entries set user_id = tests.user_id('other') where user_id = tests.user_id('stone') $$,
  '23514', null, 'and lies there for good');
select throws_ok($$ update public.credit_entries set user_id = tests.user_id('ana') where user_id = tests.user_id('stone') $$,
  '23514', null, 'and never comes back');

select * from finish();
rollback;
