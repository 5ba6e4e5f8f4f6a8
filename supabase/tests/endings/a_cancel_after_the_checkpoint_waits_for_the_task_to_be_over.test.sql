begin;
select plan(35);

select tests.create_user('ana', 100);
select tests.enable_echo(2);
select tests.freeze('2030-01-01 00:00:00Z');

-- What is cancelled while its submit is in doubt, and while its task is known
create temporary table cells (key text, external_id text, how text, expected text) on commit drop;
insert into cells values
  ('nothing came of it', null, 'never_existed', 'cancelled, refund paid, charge, refund, slot free, closed row: never_existed'),
  ('stopped in doubt', null, 'stopped', 'cancelled, refund paid, charge, refund (counted), slot free, closed row: stopped'),
  ('failed in doubt', null, 'failed', 'cancelled, refund paid, charge, refund (counted), slot free, closed row: failed'),
  ('went on in doubt', null, 'succeeded', 'cancelled, refund withheld, charge, slot free, closed row: succeeded'),
  ('unknown in doubt', null, 'unknown', 'cancelled, refund paid, charge, refund (counted), slot free, closed row: unknown'),
  ('stopped', 't-1', 'stopped', 'cancelled, refund paid, charge, refund (counted), slot free, closed row: stopped'),
  ('failed', 't-2', 'failed', 'cancelled, refund paid, charge, refund (counted), slot free, closed row: failed'),
  ('went on', 't-3', 'succeeded', 'cancelled, refund withheld, charge, slot free, closed row: succeeded'),
  ('unknown', 't-4', 'unknown', 'cancelled, refund withheld, charge, slot free, closed row: unknown');

create function pg_temp.cell(p_cell cells) returns setof text language plpgsql as $$
begin
  perform tests.create_job('ana', p_cell.key), tests.create_job('ana', 'after ' || p_cell.key);
  perform tests.create_job('ana', 'waits for ' || p_cell.key);
  if p_cell.external_id is null then perform tests.pass(p_cell.key); else perform tests.submit(p_cell.key, p_cell.external_id); end if;
  perform tests.cancel(p_cell.key);
  return next is(tests.ending(p_cell.key), 'cancelled, refund due, charge, slot kept, open row: cancelled',
    p_cell.key || ': the slot and the price wait');
  return next is(tests.running(), array['after ' || p_cell.key], p_cell.key || ': nothing is put beside a task that may live');
  perform tests.over(p_cell.key, p_cell.how);
  return next is(tests.ending(p_cell.key), p_cell.expected, p_cell.key || ': decided once it is over');
  perform tests.cancel('after ' || p_cell.key), tests.cancel('waits for ' || p_cell.key);
end
$$;
select pg_temp.cell(cells) from cells;

select results_eq(
  $$ select tests.over(key, how) from cells $$, $$ select false from cells $$, 'told again, nothing is done');
select is(array(select tests.ending(key) from cells order by key), array(select expected from cells order by key),
  'and nothing changes');
select is(tests.cancel('stopped'), 'cancelled', 'cancelled again, it is as it was');
select is(tests.balance('ana'), 97, 'what went on, and what may have, was paid for');
select is((tests.attempt('stopped')).outcome, 'cancelled', 'the attempt says how it ended');
select tests.refuses($$ select tests.over('stopped', 'forgotten') $$, 422, 'invalid_input', 'how', 'a task ends in one of five ways');
select tests.refuses($$ select tests.over('stopped', null) $$, 422, 'invalid_input', 'how', 'and in one of them');
select is_empty('select * from tests.unrest()', 'all has ended');

select * from finish();
rollback;
