import { hidden } from '../components/fields.ts';
import { fault as faultNote } from '../components/note.ts';
import { html } from '../html.ts';
import { layout } from '../layout.ts';
import { STRANGER } from '../visit.ts';

type Shown = {
  to: string;
  name?: string;
  fault?: string;
};

/** `/sign-in`. It reads nothing from the ledger, and shows nothing of what is bought. */
export function signInPage({ to, name, fault }: Shown): string {
  const content = html`<div class="head"><div><h1>Sign in</h1>
  <p>What you do here is kept under your name.</p></div></div>
<section class="card"><form class="body stack sign-in" id="sign-in" method="post" action="/sign-in">
  ${faultNote(fault)}
  ${hidden('to', to)}
  <label class="field"><span>Name</span><input type="text" name="name" value="${name}" required
    maxlength="100" autocomplete="username" autocapitalize="none" spellcheck="false"></label>
  <label class="field"><span>Password</span><input type="password" name="password" required
    maxlength="1000" autocomplete="current-password"></label>
  <div class="row"><button class="btn primary">Sign in</button>
    <span class="muted small">An admin makes users and changes passwords.</span></div>
</form></section>`;
  return layout(STRANGER, { title: 'Sign in', section: 'sign-in', content });
}
