begin;
select plan(11);

select tests.create_user('ana'), tests.create_user('bo');
select ops.set_limit('projects', 3);
select tests.as_user('ana');
select lives_ok($$ insert into public.projects (name) values ('one') $$, 'one of three');
select lives_ok($$ insert into public.projects (name) values ('two') $$, 'one less than may be');
select tests.refuses(
  $$ insert into public.projects (name) values ('three'), ('four') $$, 429, 'too_many_projects', '{"limit": 3}', 'two more at once');
select lives_ok($$ insert into public.projects (name) values ('three') $$, 'as many as may be');
select tests.refuses(
  $$ insert into public.projects (name) values ('four') $$, 429, 'too_many_projects', '{"limit": 3}', 'one more');
select is((select count(*) from public.projects), 3::bigint, 'is not made');
select lives_ok($$ update public.projects set name = 'first', version = 1 where name = 'one' $$, 'those that are there can be saved');
select lives_ok($$ delete from public.projects where name = 'two' $$, 'and deleted');
select lives_ok($$ insert into public.projects (name) values ('four') $$, 'which makes room for another');
select tests.as_user('bo');
select lives_ok($$ insert into public.projects (name) values ('one'), ('two'), ('three') $$, 'another user has as many');
select tests.reset();
select ops.set_limit('projects', 4, tests.user_id('bo'));
select tests.as_user('bo');
select lives_ok($$ insert into public.projects (name) values ('four') $$, 'and more where an operator says so');

select * from finish();
rollback;
