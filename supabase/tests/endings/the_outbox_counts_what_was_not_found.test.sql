begin;
select plan(7);

select tests.create_user('ana', 20);
select tests.enable_echo(1);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'one');
create temporary table was on commit drop as select tests.doubt('one') as token;
select tests.cancel('one');
create function pg_temp.none() returns integer language plpgsql as $$
begin
  perform worker.cancel_noted(token, p_none => true) from was;
  return (select nones from private.cancels);
end
$$;
select is(pg_temp.none(), 0, 'while a submit may be under way none says nothing');
select tests.later('2 minutes 30 seconds');
select is(pg_temp.none(), 0, 'to the end of its lease, and of a grace');
select tests.later('1 second');
select is(pg_temp.none(), 1, 'then it counts');
select is(pg_temp.none(), 1, 'once a minute');
select tests.later('1 minute');
select is(pg_temp.none(), 2, 'and again');
select tests.over('one', 'never_existed');
select is(tests.ending('one'), 'cancelled, refund paid, charge, refund, slot free, closed row: never_existed',
  'what never was is paid back, and not counted');
select is((tests.attempt('one')).never_existed, true, 'the attempt knows it too');

select * from finish();
rollback;
