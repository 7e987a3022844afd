"use strict";
// The page works without this: every mark is a link to what it is about, and back. This adds the
// lighting up of what belongs together, tabs, and on narrow screens a sheet in place of a jump.
(() => {
  const byId = (id) => document.getElementById(id);
  const panel = byId("panel"), sheet = byId("sheet"), article = document.querySelector("article");
  const marks = [...article.querySelectorAll(".m")];
  const isNarrow = () => matchMedia("(max-width: 62rem)").matches;
  const targetOf = (link) => byId(decodeURIComponent(link.hash.slice(1)));
  const sourcesOf = (mark) => mark.dataset.of.split(" ").filter(Boolean).map(byId).filter(Boolean);

  const tabs = [...document.querySelectorAll(".tabs a")];
  const open = (name) => {
    for (const tab of tabs) {
      const isOpen = tab.hash === "#" + name;
      targetOf(tab).hidden = !isOpen;
      if (isOpen) tab.setAttribute("aria-current", "true");
      else tab.removeAttribute("aria-current");
    }
  };
  document.documentElement.classList.add("scripted");
  for (const tab of tabs) {
    tab.addEventListener("click", (event) => {
      event.preventDefault();
      open(tab.hash.slice(1));
      if (!isNarrow()) panel.scrollTop = 0;
    });
  }
  open(document.querySelector(".finding") ? "findings" : "evidence");

  let lit = [];
  const light = (elements) => {
    for (const element of lit) element.classList.remove("lit");
    lit = elements;
    for (const element of lit) element.classList.add("lit");
  };
  const show = (element) => {
    const section = element.closest("aside > section");
    if (section) open(section.id);
    const group = element.closest("details");
    if (group) group.open = true;
    element.scrollIntoView({ block: element.closest("aside") ? "nearest" : "center" });
  };
  const about = (mark) => {
    const found = sourcesOf(mark);
    if (mark.hash) found.unshift(targetOf(mark));
    return [...new Set(found.filter(Boolean))];
  };
  const marksOf = (item) => marks.filter((mark) => about(mark).includes(item));

  const fill = (mark) => {
    const box = sheet.querySelector("div"), note = document.createElement("p");
    note.className = "note";
    note.textContent = mark.title;
    box.replaceChildren(note);
    for (const item of about(mark).filter((item) => item.matches(".item")).slice(0, 3)) {
      const copy = item.cloneNode(true);
      copy.removeAttribute("id");
      copy.classList.remove("lit");
      box.append(copy);
    }
    sheet.hidden = false;
  };
  const close = () => { sheet.hidden = true; light([]); };
  sheet.querySelector("button").addEventListener("click", close);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });

  for (const mark of marks) {
    mark.addEventListener("mouseenter", () => light(about(mark)));
    mark.addEventListener("focus", () => light(about(mark)));
    mark.addEventListener("click", (event) => {
      if (!mark.hash) return;
      event.preventDefault();
      light([mark, ...about(mark)]);
      if (isNarrow()) fill(mark);
      else show(targetOf(mark));
    });
  }
  for (const item of panel.querySelectorAll(".item, .finding")) {
    item.addEventListener("mouseenter", () => light([item, ...marksOf(item)]));
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest("aside a[href^='#'], .jumps a, #sheet a");
    if (!link || tabs.includes(link)) return;
    const target = targetOf(link);
    if (!target) return;
    event.preventDefault();
    close();
    if (link.closest(".jumps")) {
      open(target.id);
      panel.scrollIntoView();
      return;
    }
    // An anchor that holds no words stands before the words that it is about.
    const shown = target.matches("i") ? target.parentElement : target;
    light([shown]);
    show(shown);
  });
})();
