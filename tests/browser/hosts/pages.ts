// Pages of an organisation's site that carry the assistant, from well-behaved to hostile.

/** Names of the pages and their parts. */
export type HostPage =
  | 'plain'
  | 'hostile'
  | 'hostile.css'
  | 'strict'
  | 'closed'
  | 'stub'
  | 'direct'
  | 'bare';

/** Words of a link that asks; the demonstration knowledge holds the answer. */
export const LINKED = '流动党员没有转组织关系，能在流入地投票吗？';

/** The stub of the instructions page: calls that are made before the loader has come. */
export const STUB = `(function (w) {
  var queue = [];
  if (w.PartyAssistant) return;
  w.PartyAssistant = { queue: queue };
  'init open close toggle openWithQuery setUser setContext reset destroy on'.split(' ').forEach(function (name) {
    w.PartyAssistant[name] = function () {
      var call = [name, arguments];
      queue.push(call);
      return function () { call.off ? call.off() : (call.length = 0); };
    };
  });
})(window);`;

/** What a page says to its console and hears is kept for the tests. */
const TEXT = Array.from(
  { length: 30 },
  (_, n) => `<p>第 ${n + 1} 段。这里是某单位网站的正文，和党务通没有关系。</p>`,
).join('');

/** Everything that a careless or jealous page could do to a guest. */
const HOSTILE = `*{color:green!important;font-size:9px;font-family:cursive!important;line-height:1!important;letter-spacing:3px;position:static!important;transform:translateX(30px)}
html,body{transform:none}div,section,iframe,svg{display:none!important}.page{display:block!important}
button{background:purple!important;transform:rotate(4deg)!important;border:6px dotted lime!important;width:12px}
party-assistant{display:none!important;transform:scale(.4)!important;opacity:.2!important;visibility:hidden!important;pointer-events:none!important}
h1{font-size:40px}.over{display:block!important;position:fixed!important;z-index:2147483647;right:0;bottom:0;width:300px;height:200px;background:orange}`;

/** A page, or `null` for a name that there isn't. */
export function hostPage(name: HostPage, server: string, channel: string): string | null {
  const tag = `<script async src="${server}/widget/loader.js" data-channel="${channel}"></script>`;
  const asks = `<p><button id="ask" data-ask="预备期从哪天算？">问预备期</button> <a id="link" href="#linked" data-ask>${LINKED}</a> <button id="other">别的按钮</button></p>`;
  switch (name) {
    case 'plain':
      return page(`<h1>某单位网站</h1>${asks}${TEXT}${tag}`);
    case 'bare':
      return page(`<h1>某单位网站</h1><script src="${server}/widget/loader.js"></script>`);
    case 'hostile':
      return page(
        `<div class="page"><h1>某单位网站</h1>${asks}${TEXT}</div>${tag}<div class="over">广告</div>`,
        '<link rel="stylesheet" href="/hostile.css">',
      );
    case 'hostile.css':
      return HOSTILE;
    case 'strict':
    case 'closed':
      return page(`<h1>某单位网站</h1>${asks}${TEXT}${tag}`);
    case 'stub':
      return page(
        `<h1>某单位网站</h1><script>${STUB}
window.heard = [];
var pa = window.PartyAssistant;
pa.on('ready', function () { window.heard.push('ready'); });
var off = pa.on('open', function () { window.heard.push('not this'); });
off();
pa.on('open', function () { window.heard.push('open'); });
pa.openWithQuery('预备期从哪天算？', { asOf: '2024-05-01' });
</script>${tag.replace('async', 'async data-title="党务助手" data-side="left" data-elder')}`,
      );
    case 'direct':
      return page(
        `<h1>直接嵌入</h1><iframe src="${server}/widget/frame?channel=${channel}" width="400" height="400"></iframe>`,
      );
    default:
      return null;
  }
}

/** What the host's server sends along: a policy as strict as the instructions page says it may be. */
export function hostPolicy(name: HostPage, server: string): Record<string, string> {
  if (name === 'strict') {
    const policy = `default-src 'none'; script-src ${server}; connect-src ${server}; frame-src ${server}; style-src 'none'; img-src data:; require-trusted-types-for 'script'`;
    return { 'Content-Security-Policy': policy };
  }
  // Forgets connect-src.
  if (name === 'closed') {
    return { 'Content-Security-Policy': `default-src 'none'; script-src ${server}` };
  }
  return {};
}

/** A whole page around a body. */
function page(body: string, head = ''): string {
  return `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><link rel="icon" href="data:,"><meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"><title>某单位网站</title>${head}</head><body>${body}</body></html>`;
}
