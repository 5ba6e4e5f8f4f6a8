begin;
select plan(10);

select tests.create_user('ana'), tests.create_user('bo'), tests.enable_publishing(5), tests.connect('ana', 'a'), tests.connect('bo', 'b');
select tests.publish('ana', 'hers', 'a'), tests.publish('bo', 'his', 'b');
select tests.as_user('ana');
select results_eq('select user_id, platform, line from public.publications', $$ values (tests.user_id('ana'), 'x', 'front') $$, 'a user sees their own');
select throws_ok('select facts from public.publications', '42501', null, 'not what a worker has noted');
select throws_ok('select fingerprint from public.publications', '42501', null, 'nor the fingerprint');
select throws_ok('update public.publications set line = ''done'' where true', '42501', null, 'and changes nothing');
select throws_ok('delete from public.publications where true', '42501', null, 'nor deletes');
select tests.as_admin();
select is((select count(*) from public.publications), 2::bigint, 'admins see all');
select tests.as_anon();
select throws_ok('select line from public.publications', '42501', null, 'who is not signed in sees none');
select tests.reset();
select is((ops.export_user(tests.user_id('ana')) #>> '{jobs,0,publication,platform}'), 'x', 'they are part of what a user is handed');
select is((ops.export_user(tests.user_id('ana')) #> '{jobs,0,publication}') ?| array['fingerprint', 'user_id'], false, 'without what says nothing to anybody');
delete from auth.users where id = tests.user_id('ana');
select is((select count(*) from public.publications where user_id = tests.user_id('ana')), 0::bigint, 'and go with their user');

select * from finish();
rollback;
