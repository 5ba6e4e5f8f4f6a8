create function private.words_of_tasks() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  values
    ('webhook_refused', 460, 'warn', 'by_operator',
      'Bad signatures: set the secret the provider signs with. Wrong tokens: somebody else''s call, or an old address.',
      array['News of your job came, and could not be believed.',
        'We ask the service ourselves, so it goes on by itself.'],
      array['Chegaram notícias do seu trabalho, mas não são confiáveis.',
        'Nós mesmos perguntamos ao serviço, e ele continua sozinho.']),
    ('webhook_other_task', 470, 'warn', 'by_itself', 'See whether one callback address was given to two tasks.',
      array['News came that is not about your job.', 'We ask the service ourselves, so it goes on by itself.'],
      array['Chegaram notícias que não são do seu trabalho.',
        'Nós mesmos perguntamos ao serviço, e ele continua sozinho.']),
    ('webhook_overdue', 480, 'warn', 'by_itself',
      'See ESTEIRA_PUBLIC_URL, and verify_jwt = false of the webhook functions. The provider is asked instead.',
      array['We have not heard of your job as soon as usual.', 'We ask the service ourselves{when}.'],
      array['Ainda não tivemos notícias do seu trabalho no tempo de costume.',
        'Nós mesmos perguntamos ao serviço{when}.']),
    ('provider_slow', 490, 'warn', 'by_provider', 'See the provider''s status page, and ops.provider_health().',
      array['Your job takes longer than most.', 'Nothing is lost, and it goes on by itself.',
        'If it takes too long it is ended, and you get back what it cost.'],
      array['Seu trabalho está demorando mais que a maioria.', 'Nada se perdeu, e ele continua sozinho.',
        'Se demorar demais, ele é encerrado, e você recebe de volta o que custou.']),
    ('asking', 495, 'info', 'by_itself', null,
      array['The service has said that your job is over.', 'We are fetching what came of it.'],
      array['O serviço avisou que seu trabalho terminou.', 'Estamos buscando o resultado.']),
    ('provider_running', 500, 'info', 'by_itself', null,
      array['Your job is being worked on.', 'It is done by itself{when}.'],
      array['Seu trabalho está sendo feito.', 'Ele termina sozinho{when}.']),
    ('poll_due', 510, 'info', 'by_itself', null,
      array['We ask the service about your job{when}.'], array['Perguntamos ao serviço sobre seu trabalho{when}.']),
    ('deadline_in', 520, 'info', 'by_itself', null,
      array['If nothing comes of your job, it ends{when}.', 'You then get back what it cost.'],
      array['Se nada resultar do seu trabalho, ele é encerrado{when}.',
        'Nesse caso, você recebe de volta o que ele custou.'])
$$;
comment on function private.words_of_tasks() is 'The words of findings about tasks that run at their provider.';
revoke execute on function private.words_of_tasks() from public;
