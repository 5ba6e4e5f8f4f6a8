begin;
select plan(3);

delete from ops.alert_rules where true;
delete from private.shipped_rows where kind = 'alert rule';
create function pg_temp.fail() returns trigger language plpgsql as $$ begin raise exception 'lost connection'; end $$;
create trigger fail before insert on ops.alert_rules for each row when (new.name = 'A schedule fails')
  execute function pg_temp.fail();

select throws_ok('select ops.install()', 'P0001', 'lost connection', 'what is no fault of a row ends the install');
select is_empty($$ select from private.shipped_rows where kind = 'alert rule' $$, 'nothing is remembered of it');
drop trigger fail on ops.alert_rules;
select is(
  (select count(*) from ops.install() where kind = 'alert rule' and outcome = 'inserted'), 33::bigint,
  'the next one brings all');

select * from finish();
rollback;
