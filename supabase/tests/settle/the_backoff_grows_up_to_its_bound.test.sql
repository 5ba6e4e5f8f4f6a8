begin;
select plan(6);

select private.create_lane('echo', 'echoes');
update private.lanes set backoff_base = '10 seconds', backoff_max = '1 minute' where lane = 'echo';
create temporary table delays as
select retries, private.retry_delay('echo', retries) as delay from unnest(array[0, 1, 2, 3, 1000]) retries, generate_series(1, 500);

select is_empty($$ select * from delays where delay < interval '0' $$, 'no delay is negative');
select is_empty(
  $$ select * from delays where delay > least(interval '1 minute', interval '10 seconds' * power(2, least(retries, 20))) $$,
  'none is above base × 2^retries, or the maximum');
-- Full jitter: by chance alone, 500 draws miss a tenth of their range once in 10²² runs.
select is_empty(
  $$ select retries from delays group by 1
     having max(delay) < 0.9 * least(interval '1 minute', interval '10 seconds' * power(2, least(retries, 20))) $$,
  'the whole range is used, up to its end');
select is_empty(
  $$ select retries from delays group by 1
     having min(delay) > 0.1 * least(interval '1 minute', interval '10 seconds' * power(2, least(retries, 20))) $$,
  'and down to nothing');
select is_empty(
  $$ select delay from delays group by 1 having count(*) > 250 $$,
  'jobs that failed together do not come back together');
select is(private.retry_delay('nowhere', 0), null, 'there is no delay where there is no lane');

select * from finish();
rollback;
