create function private.install_queues() returns void
language plpgsql set search_path = '' as $$
begin
  perform pgmq.create('settle_queue');
  perform pgmq.create('dead_letters');
end
$$;
comment on function private.install_queues() is 'Makes the queues that belong to no lane.';
revoke execute on function private.install_queues() from public;
