-- The limits of platforms and accounts, of any window and not of calendar hours.
begin;
select plan(24);

select tests.create_user('ana'), tests.create_user('bo');
select tests.freeze('2030-01-01 00:00:00Z');
update private.platforms set connection_post_limit = 3, connection_post_window = '15 minutes', post_limit = 5, post_window = '24 hours'
where platform = 'x';
create temporary table made on commit drop as
select tests.connect_account('ana') as one, tests.connect_account('bo') as same, tests.connect_account('bo', 'x', '1002') as other, tests.connect_account('bo', 'x', '1003') as third;
create function pg_temp.pass(p_id uuid, p_after interval) returns timestamptz language sql as $$
  select private.pass_limits(p_id, tests.later('0') + p_after)
$$;
create function pg_temp.at(p_after interval) returns timestamptz language sql as $$ select '2030-01-01 00:00Z'::timestamptz + p_after $$;
create function pg_temp.limit_of(p_id uuid) returns jsonb language sql as $$
  select private.posting_limit(c, private.now()) from public.connections c where c.id = p_id
$$;

select is(private.pass_limits(one, pg_temp.at('0')), null, 'the first goes out') from made;
select is(private.pass_limits(one, pg_temp.at('1 minute')), null, 'the second') from made;
select is(private.pass_limits(same, pg_temp.at('2 minutes')), null, 'the third, though another user has connected the same account') from made;
select tests.freeze(pg_temp.at('3 minutes'));
select is(pg_temp.limit_of(one), '{"used": 3, "total": 3, "windowSeconds": 900, "resetsAt": "2030-01-01T00:15:00+00:00", "source": "ours"}',
  'both are shown what is used') from made;
select is(private.pass_limits(one, pg_temp.at('3 minutes')), pg_temp.at('15 minutes 10 seconds'), 'the fourth waits for the first') from made;
select is((tests.connection(one)).state_code, 'posting_limit', 'and the connection says so') from made;
select is(private.connection_hold(one, pg_temp.at('4 minutes')), 'posting_limit', 'nothing begins with it') from made;
select is((tests.connection(same)).state, 'live', 'one of the same account learns of it when it comes up against it') from made;
select is((select n from private.commit_counts where scope = 'x:1001'), 3::bigint, 'what has to wait is not counted');
select is(private.pass_limits(other, pg_temp.at('4 minutes')), null, 'another account is not concerned') from made;

select is(private.end_holds(pg_temp.at('15 minutes 9 seconds')), 0, 'not a second too soon');
select is(private.end_holds(pg_temp.at('15 minutes 10 seconds')), 1, 'when the first has left the window, and a margin after that, the wait ends');
select is(private.pass_limits(one, pg_temp.at('15 minutes 10 seconds')), null, 'and it goes out') from made;
select is(private.pass_limits(third, pg_temp.at('16 minutes')), pg_temp.at('24 hours 10 seconds'), 'the whole app has its limit too') from made;
select is(private.connection_hold(third, pg_temp.at('17 minutes')), 'platform_paused', 'which is everybody''s') from made;
select is((tests.connection(third)).state, 'live', 'and no connection''s fault') from made;
select tests.freed();
select is(private.end_holds(pg_temp.at('24 hours 10 seconds')), 1, 'when the app''s first has left its window, it goes on');
select is(private.pass_limits(third, pg_temp.at('24 hours 10 seconds')), null, 'and the next goes out') from made;

-- What the platform says of an account.
select tests.connect_account('ana', 'instagram', '178') as ig into temporary ig;
select tests.freeze(pg_temp.at('0'));
select private.pass_limits(ig, pg_temp.at('0')), private.pass_limits(ig, pg_temp.at('0')) from ig;
select worker.connection_checked(ig, '{"used": 97, "total": 100, "windowSeconds": 86400, "resetsAt": null, "source": "platform"}', null) from ig;
select is((tests.connection(ig)).limits -> 'foreign', '95', 'what somebody else has posted there is told from ours') from ig;
select is(array(select private.pass_limits(ig, pg_temp.at('1 hour')) is null from ig, generate_series(1, 4)), '{t,t,t,f}', 'and there is room for three more');
select tests.freeze(pg_temp.at('2 hours'));
select is(pg_temp.limit_of(ig) - 'resetsAt', '{"used": 100, "total": 100, "windowSeconds": 86400, "source": "platform"}', 'all is used') from ig;
select private.end_holds('2031-01-01');
select worker.connection_checked(ig, '{"used": 100, "total": 100, "windowSeconds": 86400, "resetsAt": "2030-01-01T09:00:00Z"}', '{"display_name": "Ana"}') from ig;
select is((tests.connection(ig)).display_name, 'Ana', 'the name follows') from ig;
select worker.connection_checked(ig, '{"used": "many", "total": -3}', null) from ig;
select is((tests.connection(ig)).limits -> 'total', '100', 'what is no limit is none') from ig;

select tests.freeze(pg_temp.at('40 days')), private.forget_commits();
select is_empty('select from private.commits', 'what no window knows any more is forgotten');

select * from finish();
rollback;
