import { mount } from 'svelte';
import App from './App.svelte';
import './app.css';
import { ApiError, signIn } from './state/api';
import { begin, live } from './state/live.svelte';
import { go } from './state/route.svelte';
import { complain } from './state/toasts.svelte';

const OLD_LINK =
  'This link is no longer good: every start of the service makes a new one. ' +
  'Open the panel with `guardian panel`, or with the address that `guardian serve` printed last.';

/** `guardian panel` opens `#token=…`; the token must not stay in the address, where it would be copied along. */
async function takeToken(): Promise<void> {
  const token = /^#token=([^&]+)/.exec(location.hash)?.[1];
  if (!token) return;
  history.replaceState(null, '', '#/board');
  window.dispatchEvent(new HashChangeEvent('hashchange'));
  await signIn({ token: decodeURIComponent(token) }).catch((error) => {
    if (error instanceof ApiError && error.status === 401) live.why_out = OLD_LINK;
    else complain('sign in with the token of this link', error);
  });
}

/** The code of a pairing link is kept for the login page, which asks for a name before it uses it up. */
function takeCode(): void {
  const code = /^#code=([^&]+)/.exec(location.hash)?.[1];
  if (!code) return;
  history.replaceState(null, '', '/#/board');
  window.dispatchEvent(new HashChangeEvent('hashchange'));
  live.pairing_code = decodeURIComponent(code);
  live.is_signed_out = true;
}

// A link that is opened where the panel is open already changes the address and nothing else.
window.addEventListener('hashchange', () => /^#(token|code)=/.test(location.hash) && location.reload());

takeCode();
mount(App, { target: document.getElementById('app')! });
if (!live.pairing_code) void takeToken().then(begin);

// A panel that stayed open over an update asks for files that are gone; the page itself names the new ones.
window.addEventListener('vite:preloadError', () => {
  const last = Number(sessionStorage.getItem('guardian.reloaded') ?? 0);
  if (!navigator.onLine || Date.now() - last < 10_000) return;
  sessionStorage.setItem('guardian.reloaded', String(Date.now()));
  location.reload();
});

if ('serviceWorker' in navigator && import.meta.env.PROD) {
  void navigator.serviceWorker.register('/sw.js').catch(() => {});
  navigator.serviceWorker.addEventListener('message', (m: MessageEvent<{ go?: string }>) => m.data.go && go(m.data.go));
}
