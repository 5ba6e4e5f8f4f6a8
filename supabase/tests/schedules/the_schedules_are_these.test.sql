begin;
select plan(1);

select set_eq(
  $$ select jobname, schedule, command, active, username::text from cron.job $$,
  $$ values
    ('esteira-tick', '10 seconds', 'select private.tick()', true, 'postgres'),
    ('esteira-reap', '* * * * *', 'select worker.reap()', true, 'postgres'),
    ('esteira-retry', '*/5 * * * *', 'select private.sweep()', true, 'postgres'),
    ('esteira-alerts', '* * * * *', 'select private.alerts_tick()', true, 'postgres'),
    ('esteira-effects', '10 seconds', 'select private.apply_pending_effects()', true, 'postgres'),
    ('esteira-cleanup', '0 2 * * *', 'select private.clean_up()', true, 'postgres')
  $$,
  'each by its name, as postgres, and no other');

select * from finish();
rollback;
