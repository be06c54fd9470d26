// The line to paste follows the fields, the assistant on this page too; copy buttons. Without script the code can be
// selected by hand, and the fields stay hidden.
(() => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const fields = $("#make");
  const channel = $("[name=channel]", fields);
  const title = $("[name=title]", fields);
  const side = $("[name=side]", fields);
  const elder = $("[name=elder]", fields);

  // As it must stand between the quotes of an attribute.
  const quoted = (text) => text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");

  const line = () => {
    const parts = [`async src="${location.origin}/widget/loader.js"`, `data-channel="${quoted(channel.value.trim())}"`];
    if (title.value.trim()) parts.push(`data-title="${quoted(title.value.trim())}"`);
    if (side.value === "left") parts.push('data-side="left"');
    if (elder.checked) parts.push("data-elder");
    return `<script ${parts.join(" ")}><\/script>`;
  };

  const follow = () => {
    const good = /^[A-Za-z0-9_-]{1,32}$/.test(channel.value.trim());
    channel.setAttribute("aria-invalid", String(!good));
    $("#bad").textContent = good ? "" : "渠道代码由字母、数字、- 和 _ 组成，最多 32 个。";
    // A line that can't work is not offered.
    $("#tag").textContent = good ? line() : "";
    $("button", $("#tag").closest(".code")).disabled = !good;
  };

  // The preview keeps to this site's own channel: other channels don't list this page.
  const preview = () => {
    if (!window.PartyAssistant) return;
    window.PartyAssistant.init({
      channel: "site",
      title: title.value.trim() || undefined,
      side: side.value,
      elder: elder.checked,
    });
  };

  // The clipboard interface exists only over https; old browsers and plain http use the older way.
  const copy = async (code) => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      return true;
    } catch {
      const range = document.createRange();
      range.selectNodeContents(code);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      return document.execCommand("copy");
    }
  };

  for (const button of document.querySelectorAll(".copy-code")) {
    button.hidden = false;
    // Read out when it changes: the button's own words are the answer.
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      const done = await copy($("code", button.parentElement));
      button.textContent = done ? "已复制" : "请手动选取";
      setTimeout(() => { button.textContent = "复制"; }, 2000);
    });
  }
  // The browser knows the address better than a server behind a proxy does.
  for (const server of document.querySelectorAll(".server")) server.textContent = location.origin;
  fields.hidden = false;
  fields.addEventListener("input", follow);
  fields.addEventListener("change", (event) => { if (event.target !== channel) preview(); });
  follow();
})();
