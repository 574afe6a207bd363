(() => {
  'use strict';
  // One press sends one form; Back gives the button back.
  document.addEventListener('submit', (e) => {
    const form = e.target;
    if (form.dataset.sent) { e.preventDefault(); return; }
    if (form.method !== 'post') return;
    form.dataset.sent = '1';
    const button = e.submitter;
    if (button && button.dataset.busy) { button.dataset.label = button.textContent; button.textContent = button.dataset.busy; }
  });
  addEventListener('pageshow', (e) => {
    if (e.persisted && document.querySelector('[data-live]')) { location.reload(); return; }
    for (const form of document.querySelectorAll('form[data-sent]')) {
      delete form.dataset.sent;
      for (const b of form.querySelectorAll('button[data-label]')) { b.textContent = b.dataset.label; delete b.dataset.label; }
    }
  });
  // A live region is fetched again while somebody looks at it.
  const region = document.querySelector('[data-live]');
  if (region) {
    let shown = region.innerHTML; // as it was sent: what the visitor has opened since then stays open
    setInterval(async () => {
      if (document.hidden || region.contains(document.activeElement)) return;
      try {
        const answer = await fetch(location.href, { headers: { 'X-Renew': '1' } });
        if (!answer.ok) return;
        const next = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('[data-live]');
        if (!next || next.innerHTML === shown) return;
        shown = next.innerHTML;
        region.replaceChildren(...next.childNodes);
      } catch { /* the next try comes in two seconds */ }
    }, 2000);
  }
  document.querySelector('[role=alert][tabindex]')?.focus();
})();
