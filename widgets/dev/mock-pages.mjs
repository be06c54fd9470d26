// Pages of the mock server: a plain home page, a hostile host page, and just enough of a reader.

import { ARTICLES } from './mock-answers.mjs';

/** The one line that a page needs. */
const SCRIPT = '<script async src="/widget/party-assistant.js" data-title="党务通"></script>';

/** A whole page around a body. */
function page(title, body, head = '') {
  return `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"><title>${title}</title>${head}</head><body>${body}</body></html>`;
}

/** The style sheet of the well-behaved pages. */
const PLAIN = '<link rel="stylesheet" href="/plain.css">';

export const PLAIN_CSS = `body{margin:0;background:#f7f7f8;color:#1f2429;font:16px/1.7 'Noto Sans CJK SC',sans-serif}
header,main{max-width:960px;margin:0 auto;padding:24px}h1{font-size:28px}a{color:#1d4f91}
.asks{display:grid;grid-gap:12px;padding:0;list-style:none}.asks button{font:inherit;min-height:48px;width:100%;text-align:left;padding:8px 16px;border:1px solid #c8ccd1;border-radius:8px;background:#fff}
.effect-banner{padding:12px 16px;border-left:4px solid #17613a;background:#e9f4ee;color:#17613a}mark{background:#ffe9a8}`;

/** Everything a careless page could do to a guest. */
export const HOSTILE_CSS = `*{color:green!important;font-size:9px;font-family:cursive!important;line-height:1!important;letter-spacing:3px}
button{background:purple!important;transform:rotate(4deg);border:6px dotted lime!important}
party-assistant{display:none!important;transform:scale(.4);position:absolute;opacity:.2!important}
h1{font-size:40px}svg{display:none!important}input,textarea{width:10px!important}div{float:left}`;

/** The hostile page asks by the API and notes all events that it hears. */
export const HOSTILE_JS = `document.querySelector('#query').addEventListener('click',()=>PartyAssistant.openWithQuery('流动党员能投票吗？'));
window.heard=[];const wait=setInterval(()=>{if(!window.PartyAssistant)return;clearInterval(wait);
for(const name of ['open','close','question','answer','error','citation'])PartyAssistant.on(name,()=>window.heard.push(name));},20);`;

/** A home page with questions to click, like the real one. */
export function home() {
  const asks = [
    '流动党员没有转组织关系，能在流入地投票吗？',
    '旧规定里要转组织关系吗？',
    '附近哪里有好吃的火锅店？',
  ];
  return page(
    '党务通',
    `<header><h1>党务通</h1><p>模拟服务器的首页。<a href="/regulations">法规库</a></p></header><main><h2>试一试</h2><ul class="asks">${asks
      .map((q) => `<li><button type="button" data-ask="${q}">${q}</button></li>`)
      .join('')}</ul></main>${SCRIPT}`,
    PLAIN,
  );
}

/** The page that spoils its guests. */
export function hostile() {
  return page(
    '某单位网站',
    `<h1>某单位网站</h1><p>全局样式很粗暴，用来检验隔离。</p><button id="query">接口提问</button><a href="#" data-ask="">流动党员能投票吗？</a>${SCRIPT}<script src="/hostile.js"></script>`,
    '<link rel="stylesheet" href="/hostile.css">',
  );
}

/** List of regulations, or the hits of a search, marked. */
export function list(query) {
  const hits = query
    ? ARTICLES.filter(({ text }) => text.includes(query)).map(
        ({ number, words, text }) =>
          `<li><a href="/regulations/rmock0001/2026/a${number}">第${words}条</a><p>${text.replaceAll(query, `<mark>${query}</mark>`)}</p></li>`,
      )
    : ['<li><a href="/regulations/rmock0001/2026">流动党员服务管理示范规定</a></li>'];
  return page(
    '法规库',
    `<main><h1>法规库</h1><form action="/regulations" role="search"><label>查找 <input name="q" value="${query}"></label> <button>查找</button></form><ul>${hits.join('')}</ul></main>${SCRIPT}`,
    PLAIN,
  );
}

/** A regulation with its state banner; an article's address shows the same page. */
export function regulation(version) {
  const effect = version === '2026' ? ['effective', '在效'] : ['amended', '已修改'];
  const articles = ARTICLES.map(
    ({ number, words, text }) =>
      `<article id="a${number}"><h2>第${words}条</h2><p>${text}</p></article>`,
  );
  return page(
    '流动党员服务管理示范规定',
    `<main><h1>流动党员服务管理示范规定</h1><p class="effect-banner" data-effect="${effect[0]}">${effect[1]}</p>${articles.join('')}</main>${SCRIPT}`,
    PLAIN,
  );
}
