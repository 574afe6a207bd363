/* Pages work without this file. It keeps a second press from sending a form twice, shows the present state after Back,
   moves the focus to what is to be put right, looks up a pending result, and goes on to the shop. */
(() => {
  'use strict';
  const all = (selector) => document.querySelectorAll(selector);

  // The second press of a double press that began on the page before was meant for that page. What now lies under the
  // finger, be it a way on or the button that pays, has not been read yet (rule P13).
  let begun = false;
  addEventListener('click', (e) => {
    if (e.detail < 2) begun = true;
    if (!begun) { e.preventDefault(); e.stopPropagation(); }
  }, true);

  document.addEventListener('submit', (e) => {
    const form = e.target;
    if (form.method !== 'post') return;
    if (form.dataset.sent) { e.preventDefault(); return; }
    form.dataset.sent = '1';
    const button = e.submitter || form.querySelector('button');
    if (!button || !button.dataset.busy) return;
    button.setAttribute('aria-disabled', 'true');
    button.dataset.label = button.textContent;
    button.textContent = button.dataset.busy;
  });

  addEventListener('pageshow', (e) => {
    if (e.persisted && document.querySelector('[data-live]')) { location.reload(); return; }
    for (const form of all('form[data-sent]')) delete form.dataset.sent;
    for (const button of all('button[data-label]')) {
      button.removeAttribute('aria-disabled');
      button.textContent = button.dataset.label;
      delete button.dataset.label;
    }
  });

  const alert = document.querySelector('[role=alert][tabindex]');
  if (alert) alert.focus();

  for (const ref of all('[data-copy]')) {
    if (!navigator.clipboard) break;
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'btn sub copy';
    button.textContent = ref.dataset.copy;
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(ref.textContent.replaceAll(' ', ''));
      button.textContent = ref.dataset.copied;
      setTimeout(() => { button.textContent = ref.dataset.copy; }, 3000);
    });
    ref.after(button);
  }

  const pending = document.querySelector('[data-poll]');
  if (pending) {
    const waits = [1, 2, 3];
    const broken = document.querySelector('[data-offline]');
    const until = Date.now() + 120000;
    const look = async () => {
      try {
        const answer = await fetch(pending.dataset.poll, { headers: { Accept: 'application/json' }, cache: 'no-store' });
        broken.hidden = true;
        if (answer.ok && (await answer.json()).done) { location.reload(); return; }
      } catch {
        broken.hidden = false;
      }
      if (Date.now() < until) setTimeout(look, (waits.shift() || 5) * 1000);
    };
    setTimeout(look, waits.shift() * 1000);
  }

  const onward = document.querySelector('[data-continue]');
  if (onward) {
    onward.hidden = false;
    // Only the press moves on: whoever comes Back to this address stays.
    const here = new URL(location.href);
    here.searchParams.delete('done');
    history.replaceState(null, '', here);
    const timer = setTimeout(() => {
      if (document.visibilityState === 'visible') location.assign(onward.dataset.href);
    }, Number(onward.dataset.continue) * 1000);
    // The line keeps its place: were it gone, the button below would slip away from under the finger that presses it.
    const stay = () => { clearTimeout(timer); onward.style.visibility = 'hidden'; };
    onward.querySelector('button').addEventListener('click', stay);
    for (const event of ['keydown', 'pointerdown']) addEventListener(event, stay, { once: true });
  }
})();
