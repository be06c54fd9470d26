// Entry of loader.js: `<script async src="https://SERVER/widget/loader.js" data-channel="CODE"></script>`.

import { makeApi, type PartyAssistantApi } from './api';
import { fromTag, serverOf } from './options';
import { begins, replay, type Stub } from './queue';

/** The page's global: ours, the page's stub, or nothing yet. */
const page = window as unknown as { PartyAssistant?: PartyAssistantApi | Stub };

/** Our tag. A script that was put together by another one has no `currentScript`: then the last that looks like us. */
function ownTag(): HTMLScriptElement | null {
  const current = document.currentScript;
  if (current instanceof HTMLScriptElement && current.src) return current;
  const alike = document.querySelectorAll<HTMLScriptElement>('script[src*="/widget/loader.js"]');
  return alike[alike.length - 1] ?? null;
}

const there = page.PartyAssistant;
// A page may carry the tag twice, by a template and by hand: the first one wins.
if (!there || !('init' in there) || 'queue' in there) {
  const stub = there as Stub | undefined;
  const tag = ownTag();
  const options = fromTag(tag);
  const api = makeApi(serverOf(tag), options);
  page.PartyAssistant = api;
  if (options.channel !== undefined && !begins(stub)) api.init();
  replay(stub, api);
}
