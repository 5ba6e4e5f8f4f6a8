begin;
select plan(12);

select tests.create_user('ana', 20);
select tests.enable_echo(2);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'produced'), tests.submit('produced', 't-1'), tests.produce('produced');
select tests.create_job('ana', 'word'), tests.submit('word', 't-2'), tests.webhook('word', 'e-1', p_external_id => 't-2');
select tests.let_time_pass('23 hours 59 minutes');
select is(tests.running(), '{produced,word}', 'for a day it is tried');
select tests.let_time_pass('2 minutes');
select is(tests.ending('produced'),
  'failed, output_unavailable, refund paid, charge, refund (counted), slot free, no row', 'then it fails, and is paid back');
select is(tests.ending('word'),
  'failed, output_unavailable, refund paid, charge, refund (counted), slot free, no row', 'whether its addresses are known or not');
select is((tests.job('produced')).failed_at_step, 'running', 'at the step where it was');
select is((tests.job('word')).failed_at_step, 'webhook_received', 'at the step where it was');
select is((tests.job('produced')).retry_count, 0, 'nothing was bought again');
select is((tests.attempt('produced')).outcome, 'failed', 'the attempt has failed');
select is((tests.attempt('produced')).error_code, 'output_unavailable', 'and says why');
select is(tests.complete('produced'), 'late', 'a result after that is too late');
select ok(exists (select from private.doomed_files where prefix like '%' || (tests.job('produced')).id || '/'),
  'what was copied is deleted');
select is(tests.balance('ana'), 20, 'all is given back');
select is_empty('select * from tests.unrest()', 'and all has ended');

select * from finish();
rollback;
