// Filtering and unfolding. Without script everything is there, folded.
(function () {
  "use strict";
  var list = document.getElementById("list");
  var bar = document.getElementById("filter");
  function open(id) {
    var target = id && document.getElementById(decodeURIComponent(id));
    if (!target) return;
    for (var it = target; it; it = it.parentElement) {
      it.hidden = false;
      if (it.tagName === "DETAILS") it.open = true;
    }
    target.scrollIntoView();
  }
  window.addEventListener("hashchange", function () { open(location.hash.slice(1)); });
  if (location.hash) open(location.hash.slice(1));
  if (!list || !bar) return;
  bar.hidden = false;
  var cases = Array.prototype.slice.call(list.children);
  var words = cases.map(function (it) { return it.textContent.toLowerCase(); });
  var query = bar.querySelector("input");
  var suite = bar.querySelector("select[name=suite]");
  var sort = bar.querySelector("select[name=sort]");
  var told = bar.querySelector("output");
  function filter() {
    var wanted = query.value.trim().toLowerCase();
    var shown = 0;
    cases.forEach(function (it, place) {
      var fits = (!suite.value || it.dataset.suite === suite.value) &&
        (!sort.value || it.dataset.sort === sort.value) &&
        (!wanted || words[place].indexOf(wanted) >= 0);
      it.hidden = !fits;
      if (fits) shown += 1;
    });
    told.textContent = "显示 " + shown + " 题";
  }
  bar.addEventListener("input", filter);
  bar.addEventListener("submit", function (event) { event.preventDefault(); });
  bar.querySelector("button[name=open]").addEventListener("click", function () {
    var shut = cases.some(function (it) { return !it.hidden && !it.open; });
    cases.forEach(function (it) { if (!it.hidden) it.open = shut; });
  });
  filter();
})();
