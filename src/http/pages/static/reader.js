// Copying an article with its source, and printing. Without script the buttons stay hidden; the source
// line, which says the same, can be selected, and browsers print by themselves.
(() => {
  const legacyCopy = (text) => {
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "hidden";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  };
  // The clipboard interface exists only over https; old browsers and plain http use the older way.
  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return legacyCopy(text);
    }
  };
  // A button of a page with one article carries its text; among many it takes what stands beside it.
  const quoted = (button) => {
    if (button.dataset.text) return `${button.dataset.text}\n${button.dataset.source}\n${location.href.split("?")[0]}`;
    const block = button.closest(".block");
    const lines = [...block.querySelectorAll(".line")].map((line) => line.textContent.trim());
    const number = block.querySelector(".number a");
    const source = block.querySelector(".source").textContent.trim();
    return `${number.textContent.trim()}　${lines.join("\n")}\n——${source}\n${number.href}`;
  };
  for (const button of document.querySelectorAll("button.copy")) {
    const said = button.parentElement.querySelector(".said");
    button.hidden = false;
    button.addEventListener("click", async () => {
      said.textContent = (await copy(quoted(button))) ? "已复制" : "浏览器不允许复制，请手动选取";
    });
  }
  for (const button of document.querySelectorAll("button.print")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
  // On phones the outline would push the text off the screen.
  if (window.matchMedia("(max-width: 859px)").matches) {
    for (const outline of document.querySelectorAll("details.outline")) outline.open = false;
  }
})();
