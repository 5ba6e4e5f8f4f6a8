begin;
select plan(10);
select tests.enable_pull(3);
select tests.create_user('ana');
select tests.create_job('ana', 'claimed');
select tests.claim('w1', 1);
select tests.create_job('ana', 'unclaimed');

select is(tests.first_verdict('unclaimed'), 'not_claimed wait', 'who has a slot waits for a worker to come');
select tests.age('unclaimed', '5 minutes');
select is(tests.first_verdict('unclaimed'), 'not_claimed warn', 'after two leases that is late');
select is(tests.first_verdict('claimed'), 'provider_running info', 'a worker that is heard of is at work');
select is((tests.verdict('claimed', 'provider_running')).subject, 'w1', 'by its name');
select ok((tests.verdict('claimed', 'lease_lost')).ruled_out, 'it is not gone');
select is((tests.verdict('claimed', 'message_lost')).code, null, 'nobody needs a message for it');

select tests.age('claimed', '3 minutes');
select is(tests.first_verdict('claimed'), 'lease_lost warn', 'one that was not heard of in time is missed');
select matches((tests.verdict('claimed', 'lease_lost')).detail, 'Worker w1 was not heard of before its lease ran out, 6. s ago', 'by its name');
select is((tests.verdict('claimed', 'lease_lost')).clears, 'by_itself', 'somebody else begins anew');

select tests.beat('claimed');
select is(tests.first_verdict('claimed'), 'provider_running info', 'until it is heard of again');
select * from finish();
rollback;
