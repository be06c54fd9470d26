// A panel that speaks the loader's language and does nothing else, so that the loader can be tested by itself.

/** The framed page: a field, a way out, and a list of what was heard. */
export const PANEL_PAGE = `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>对话</title>
<style>html,body{height:100%;margin:0}body{display:flex;flex-direction:column;font:16px/1.6 'Noto Sans CJK SC',sans-serif}
header,footer{padding:12px;background:#f5f6f7}main{flex:1;overflow:auto;padding:12px}textarea{width:100%;box-sizing:border-box;font:inherit}
button{min-height:44px;font:inherit}</style></head>
<body><header>模拟面板 <button id="close">关闭</button></header><main><ol id="asked"></ol></main>
<footer><textarea id="field" aria-label="问题"></textarea></footer>
<script src="/widget/panel.js"></script></body></html>`;

/** Its script. \`say\` and \`heard\` are for the tests. */
export const PANEL = `(() => {
  window.heard = [];
  let port = null;
  window.say = (message) => port && port.postMessage(message);
  addEventListener('message', (event) => {
    if (event.source !== parent) return;
    window.hello = { origin: event.origin, data: event.data };
    port = event.ports[0];
    port.onmessage = ({ data }) => {
      window.heard.push(data);
      if (data.type === 'ask') {
        const item = document.createElement('li');
        item.textContent = data.question;
        document.querySelector('#asked').append(item);
      }
      if (data.type === 'opened') document.querySelector('#field').focus();
    };
    say({ type: 'ready' });
    say({ type: 'need-grant' });
  });
  document.querySelector('#close').addEventListener('click', () => say({ type: 'close' }));
  addEventListener('keydown', (event) => { if (event.key === 'Escape') say({ type: 'close' }); });
})();`;
