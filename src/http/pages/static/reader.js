// Copying an article with its source. Without script the button stays hidden and the source line,
// which says the same, can be selected.
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
  for (const button of document.querySelectorAll("button.copy")) {
    const said = button.parentElement.querySelector(".said");
    button.hidden = false;
    button.addEventListener("click", async () => {
      const done = await copy(`${button.dataset.text}\n${button.dataset.source}\n${location.href.split("?")[0]}`);
      said.textContent = done ? "已复制" : "浏览器不允许复制，请手动选取";
    });
  }
  // On phones the outline would push the text off the screen.
  if (window.matchMedia("(max-width: 859px)").matches) {
    for (const outline of document.querySelectorAll("details.outline")) outline.open = false;
  }
})();
