create function private.words_of_submits() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  values
    ('stranded', 402, 'error', 'by_operator',
      'Rows were changed by hand: see its job_attempts and private.slots; ops.credit_drift() lists what does not fit.',
      array['Something is wrong with your job on our side.', 'It does not go on by itself.', 'We have to look at it.'],
      array['Há um problema com seu trabalho do nosso lado.', 'Ele não continua sozinho.', 'Precisamos verificar.']),
    ('message_lost', 405, 'warn', 'by_itself', 'Nothing: esteira-ask sends it again. At once: select worker.reap().',
      array['Your job got held up for a moment.', 'It goes on by itself{when}.'],
      array['Seu trabalho ficou parado por um momento.', 'Ele continua sozinho{when}.']),
    ('submitting', 410, 'info', 'by_itself', null,
      array['Your job is being handed over.', 'It goes on by itself.'],
      array['Seu trabalho está sendo entregue.', 'Ele continua sozinho.']),
    ('not_claimed', 415, 'wait', 'by_operator', 'See that workers of this lane run, and claim with the right key.',
      array['Your job is next.', 'It begins as soon as a worker takes it.', 'You can cancel it until then.'],
      array['Seu trabalho é o próximo.', 'Ele começa assim que for assumido.', 'Até lá, você pode cancelá-lo.']),
    ('submit_in_doubt', 420, 'warn', 'by_itself',
      'Look in the provider''s own list for a task of that time. Nothing is sent twice without knowing.',
      array['We are finding out whether your job was taken.', 'That is decided by itself, at the latest{when}.',
        'If it was not, you get back what it cost.'],
      array['Estamos verificando se seu trabalho foi aceito.', 'Isso se decide sozinho, no máximo{when}.',
        'Se não foi, você recebe de volta o que ele custou.']),
    ('provider_down', 430, 'warn', 'by_provider', 'See the provider''s status page. It is tried again by itself.',
      array['The service that does your job is down.', 'It goes on by itself when that is back, and loses no time.'],
      array['O serviço que faz seu trabalho está fora do ar.',
        'Ele continua sozinho quando voltar, sem perder o prazo.']),
    ('lease_lost', 440, 'warn', 'by_itself', 'See why the worker that had it went silent.',
      array['Whoever worked on your job has gone silent.', 'It is begun again by itself{when}.'],
      array['Quem fazia seu trabalho parou de responder.', 'Ele recomeça sozinho{when}.'])
$$;
comment on function private.words_of_submits() is
  'The words of findings about jobs on their way to their provider, and with workers outside.';
revoke execute on function private.words_of_submits() from public;
