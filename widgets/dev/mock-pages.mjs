// Pages of the mock server: a plain home page, a hostile host page, and just enough of a reader.

import { ARTICLES } from './mock-answers.mjs';

/** The one line that a page needs. */
const SCRIPT = '<script async src="/widget/loader.js" data-channel="site"></script>';

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

/** The page that the loader frames: the same words as the server's. */
export function frame(channel) {
  return `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"><title>党务通</title><link rel="stylesheet" href="/widget/panel.css"></head>
<body data-channel="${channel.replace(/[^\w-]/g, '')}"><noscript>党务通需要启用 JavaScript。</noscript><script src="/widget/panel.js"></script></body></html>`;
}

/** Plays the loader's part without launcher or looks: frames the panel, speaks the protocol, notes what it hears. */
export function host() {
  return page(
    '某单位网站',
    '<h1>某单位网站</h1><iframe id="panel" title="党务通" src="/widget/frame?channel=web" allow="clipboard-write"></iframe><script src="/mock/host.js"></script>',
    '<link rel="stylesheet" href="/mock/host.css">',
  );
}

export const HOST_CSS = 'body{margin:0}h1{font-size:16px}iframe{width:440px;height:720px;border:0}';

/** `window.say(message)` speaks to the panel, `window.heard` has what it said. */
export const HOST_JS = `window.heard=[];const panel=document.querySelector('#panel');
panel.addEventListener('load',()=>{const {port1,port2}=new MessageChannel();window.say=(m)=>port1.postMessage(m);
port1.onmessage=async({data})=>{window.heard.push(data);if(data.type!=='need-grant')return;
const answer=await fetch('/api/v1/channels/web/grants',{method:'POST'});port1.postMessage({type:'grant',grant:(await answer.json()).grant});};
panel.contentWindow.postMessage({type:'party-assistant',version:1},location.origin,[port2]);});`;

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
