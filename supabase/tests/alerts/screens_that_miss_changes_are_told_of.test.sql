-- @acceptance 002:601, 002:602
begin;
select plan(13);

select tests.freeze('2030-01-01 10:30:00Z');
create function pg_temp.report(p_user text, p_channel text, p_changes integer, p_missed integer default 0, p_hour timestamptz default '2030-01-01 10:00Z',
  p_late bigint[] default '{0,0,0,0,0,0,0,0,0,0,0,0}', p_max integer default 0, p_terminal integer default 0) returns void language sql as $$
  insert into private.deliveries (user_id, hour, channel, reports, changes, terminal, missed, late, late_max_ms)
  values (tests.user_id(p_user), p_hour, p_channel, 1, p_changes, p_terminal, p_missed, p_late, p_max)
$$;
create function pg_temp.count() returns bigint language sql as $$
  select count from ops.counts('1 hour') where name = 'screens in a thousand that miss changes'
$$;
select is_empty('select * from ops.delivery_health()', 'of nothing there is nothing to tell');
select is(pg_temp.count(), null, 'and no count');

select pg_temp.report('ana', 'realtime', 100, 0, p_late => '{90,5,0,0,0,0,0,0,4,0,0,1}', p_max => 70000, p_terminal => 20);
select pg_temp.report('bo', 'realtime', 50, 0, p_late => '{50,0,0,0,0,0,0,0,0,0,0,0}', p_max => 7, p_terminal => 10);
select pg_temp.report('bo', 'poll', 2, 2, p_late => '{0,0,0,0,0,0,0,0,1,0,0,0}', p_max => 4800, p_terminal => 2);
select pg_temp.report('ana', 'snapshot', 8, 0, '2030-01-01 08:00Z', p_terminal => 8);
select results_eq('select * from ops.delivery_health()',
  $$ values ('realtime', 2::bigint, 150::bigint, 30::bigint, 93.75, 0::bigint, 0.00, 10, 5000, 70000),
    ('poll', 1, 2, 2, 6.25, 2, 100.00, 4800, 4800, 4800) $$,
  'by channel: users, changes, ends and their share, what was missed and its share, how late half and nearly all were, and the latest');
select results_eq($$ select channel, late_p99_ms from ops.delivery_health('3 hours') where channel = 'snapshot' $$, $$ values ('snapshot', null::integer) $$,
  'where nobody knows how late, none is told; as far back as is asked for');
select is(private.lateness('{0,0,0,0,0,0,0,0,0,0,0,3}', 0.5, 80000), 80000, 'beyond the last bound it is the latest');
select is(private.lateness('{1,0,0,0,0,0,0,0,0,0,0,1}', 0.5, 80000), 10, 'a share is reached where it is reached');
select is(private.lateness('{1,0,0,0,0,0,0,0,0,0,0,1}', 0.51, 80000), 80000, 'and not before');

select is(pg_temp.count(), 0::bigint, 'two of fifty-two are no alarm');
select pg_temp.report('bo', 'snapshot', 1, 1);
select is(pg_temp.count(), 500::bigint, 'one in twenty is: of one of two');
select pg_temp.report('cy', 'poll', 19, 19);
select is(pg_temp.count(), 500::bigint, 'who has told of little says nothing');
select is(private.alerts_tick() ->> 'opened', '1', 'the rule holds');
select is((select rule from ops.alerts), 'Screens miss changes', 'and is called so');
select pg_temp.report(n::text, 'realtime', 20) from generate_series(1, 9) n;
select is(pg_temp.count(), 90::bigint, 'one of eleven is none of the rule''s hundred: nobody''s word weighs more than another''s');

select * from finish();
rollback;
