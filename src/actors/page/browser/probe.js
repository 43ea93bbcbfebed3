// Reads the page, then tries what a stranger would: a foreign frame, a foreign form, foreign messages.
(async () => {
  const stranger = 'https://stranger.invalid';
  const wait = (millis) => new Promise((done) => setTimeout(done, millis));
  const short = (text, most = 300) => String(text ?? '').slice(0, most);
  const few = (list, most = 200) => [...list].slice(0, most);

  const policies = few(document.querySelectorAll('meta[http-equiv="Content-Security-Policy" i]'), 10)
    .map((meta) => short(meta.content, 4000));
  const frames = few(document.querySelectorAll('iframe, frame, object, embed')).map((frame) => ({
    source: short(frame.src || frame.data || '', 2000),
    inline: frame.hasAttribute('srcdoc'),
  }));
  const forms = few(document.forms).map((form) => short(new URL(form.getAttribute('action') || '', document.baseURI), 2000));
  const inputs = few(document.querySelectorAll('input, select, textarea'))
    .filter((input) => !['hidden', 'submit', 'button', 'image', 'reset'].includes(input.type))
    .map((input) => ({
      words: short([input.name, input.id, input.placeholder, input.getAttribute('aria-label'),
        ...[...(input.labels ?? [])].map((label) => label.textContent)].filter(Boolean).join(' ')),
      autocomplete: short(input.getAttribute('autocomplete')),
      action: input.form ? short(new URL(input.form.getAttribute('action') || '', document.baseURI), 2000) : '',
    }));

  const stopped = [];
  document.addEventListener('securitypolicyviolation', (event) =>
    stopped.push({ directive: event.effectiveDirective, address: event.blockedURI }));
  const place = document.body ?? document.documentElement;
  const frame = document.createElement('iframe');
  frame.hidden = true;
  frame.src = stranger + '/';
  const target = document.createElement('iframe');
  target.hidden = true;
  target.name = 'conformance-target';
  const form = document.createElement('form');
  form.method = 'post';
  form.action = stranger + '/';
  form.target = target.name;
  place.append(frame, target, form);
  const blocked = (directives) => stopped.some((stop) => directives.includes(stop.directive)
    && stop.address.startsWith(stranger));
  const frameBlocked = () => blocked(['frame-src', 'child-src', 'default-src']);
  const formBlocked = () => blocked(['form-action']);
  // What is let through ends in an error page, which counts as loaded: the name leads nowhere.
  let frameOver = false;
  let formOver = false;
  frame.addEventListener('load', () => { frameOver = true; });
  target.addEventListener('load', () => { formOver = true; });
  HTMLFormElement.prototype.submit.call(form);
  // A busy machine takes its time to say that something was stopped.
  for (let looks = 0; looks < 100; looks += 1) {
    if ((frameOver || frameBlocked()) && (formOver || formBlocked())) break;
    await wait(100);
  }
  await wait(300);
  const foreignFrame = frameBlocked();
  const foreignForm = formBlocked();
  frame.remove(); target.remove(); form.remove();

  const said = ['success', 'paid', { status: 'success' }, { status: 'paid' }, { status_id: '1' },
    { type: 'payment.success', status: 'success', order_id: '1', transaction_id: '1' },
    { event: 'payment', status: 'paid' }];
  const candidates = [...said, ...said.filter((one) => typeof one !== 'string').map((one) => JSON.stringify(one))];
  const heard = [...(window.__conformanceHeard ?? [])];
  if (typeof window.onmessage === 'function') heard.push(window.onmessage);
  const listeners = [];
  for (const listener of heard) {
    const facts = { origin_read: false, window_read: false, content_read: false, page_changed: false,
      excerpt: short(typeof listener === 'function' ? listener : listener?.handleEvent) };
    const observer = new MutationObserver(() => { facts.page_changed = true; });
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    for (const one of candidates) {
      const event = new MessageEvent('message');
      Object.defineProperties(event, {
        origin: { get() { facts.origin_read = true; return stranger; } },
        source: { get() { facts.window_read = true; return null; } },
        data: { get() { facts.content_read = true; return one; } },
      });
      try {
        if (typeof listener === 'function') await listener.call(window, event);
        else await listener.handleEvent?.(event);
      } catch { /* A listener that stumbles over a stranger's words does nothing with them. */ }
    }
    await wait(50);
    observer.disconnect();
    listeners.push(facts);
  }
  return { address: short(location.href, 2000), policies, frames, forms, inputs,
    foreign_frame_blocked: foreignFrame, foreign_form_blocked: foreignForm, listeners };
})()
