"use strict";
(() => {
  const all = (what, from = document) => [...from.querySelectorAll(what)];
  const language = document.documentElement.lang;

  // Findings: severity, kind, table and words narrow what is shown.
  const folded = (box) => all("details", box);
  const filtering = (box) => {
    const bar = box.querySelector(".filter");
    if (!bar) return;
    const items = all(".finding", box);
    const texts = items.map((item) => item.textContent.toLocaleLowerCase(language));
    const chips = all(".chip", bar), selects = all("select", bar), search = bar.querySelector("input");
    const output = bar.querySelector("output"), fold = bar.querySelector("[data-do=fold]");
    const apply = () => {
      const severities = chips.filter((chip) => chip.ariaPressed === "true").map((chip) => chip.dataset.severity);
      const words = search.value.toLocaleLowerCase(language).split(/\s+/).filter(Boolean);
      let shown = 0;
      items.forEach((item, place) => {
        const fits = (!severities.length || severities.includes(item.dataset.severity)) &&
          selects.every((select) => !select.value || item.dataset[select.dataset.by] === select.value) &&
          words.every((word) => texts[place].includes(word));
        item.hidden = !fits;
        shown += fits;
      });
      const number = (value) => value.toLocaleString(language);
      output.textContent = output.dataset.said.replace("{n}", number(shown)).replace("{all}", number(items.length));
      box.querySelector(".none-match").hidden = shown > 0;
    };
    const reset = () => {
      chips.forEach((chip) => { chip.ariaPressed = "false"; });
      selects.forEach((select) => { select.value = ""; });
      search.value = "";
      apply();
    };
    chips.forEach((chip) => chip.addEventListener("click", () => {
      chip.ariaPressed = String(chip.ariaPressed !== "true");
      apply();
    }));
    selects.forEach((select) => select.addEventListener("change", apply));
    search.addEventListener("input", apply);
    bar.querySelector("[data-do=reset]").addEventListener("click", reset);
    fold.addEventListener("click", () => {
      const open = fold.dataset.now !== "open";
      folded(box).forEach((part) => { part.open = open; });
      fold.dataset.now = open ? "open" : "";
      fold.textContent = open ? fold.dataset.close : fold.dataset.open;
    });
    if (!folded(box).length) fold.hidden = true;
    box.addEventListener("reveal", reset);
    bar.hidden = false;
    apply();
  };
  all(".findings").forEach(filtering);

  // Tables: a button in each header sorts up, down, and back as it was.
  const collator = new Intl.Collator(language, { numeric: true, sensitivity: "base" });
  const buttons = new Map();
  const sorting = (table) => {
    const body = table.tBodies[0], rows = [...body.rows], heads = [...table.tHead.rows[0].cells];
    const value = (row, column) => {
      const cell = row.cells[column];
      return { number: "n" in cell.dataset ? Number(cell.dataset.n) : null, text: cell.textContent.trim() };
    };
    const sort = (column, direction) => {
      const keyed = rows.map((row) => [row, value(row, column)]);
      const numeric = keyed.some(([, key]) => key.number !== null);
      const compare = ([, a], [, b]) => {
        if (!numeric) return direction * collator.compare(a.text, b.text);
        if (a.number === null || b.number === null) return (a.number === null) - (b.number === null);
        return direction * (a.number - b.number);
      };
      body.append(...(direction ? keyed.sort(compare).map(([row]) => row) : rows));
    };
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      buttons.set(head, button);
      button.addEventListener("click", () => {
        const now = head.getAttribute("aria-sort");
        const first = head.classList.contains("number") ? "descending" : "ascending";
        const second = first === "ascending" ? "descending" : "ascending";
        const next = now === first ? second : now === second ? "" : first;
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        if (next) head.setAttribute("aria-sort", next);
        sort(column, next === "ascending" ? 1 : next === "descending" ? -1 : 0);
      });
    });
  };
  all("table[data-sortable]").forEach(sorting);

  // Charts: what a mark says, when it is pointed at, touched, or reached with the arrow keys.
  const tip = document.getElementById("tip");
  let lit = null;
  const said = (mark) => {
    const title = [...mark.children].find((child) => child.localName === "title");
    if (title) { mark.dataset.said = title.textContent; title.remove(); }
    return mark.dataset.said;
  };
  const markAt = (target) => {
    if (!(target instanceof Element) || !target.closest(".plot")) return null;
    for (let at = target; at && at.localName !== "figure"; at = at.parentElement) {
      if (at.namespaceURI.endsWith("svg") && said(at)) return at;
    }
    return null;
  };
  const hide = () => {
    if (lit) lit.classList.remove("on");
    lit = null;
    tip.hidden = true;
  };
  const show = (mark, x, y) => {
    if (lit !== mark) {
      hide();
      lit = mark;
      mark.classList.add("on");
      tip.textContent = said(mark);
    }
    tip.hidden = false;
    const width = tip.offsetWidth, height = tip.offsetHeight;
    tip.style.left = `${Math.max(4, Math.min(innerWidth - width - 4, x - width / 2))}px`;
    tip.style.top = `${y - height - 12 > 4 ? y - height - 12 : y + 18}px`;
  };
  document.addEventListener("pointermove", (event) => {
    const mark = markAt(event.target);
    if (mark) show(mark, event.clientX, event.clientY);
    else if (lit && !lit.closest(".plot").matches(":focus")) hide();
  });
  document.addEventListener("pointerdown", (event) => {
    const mark = markAt(event.target);
    if (mark) show(mark, event.clientX, event.clientY);
    else hide();
  });
  all(".plot").forEach((plot) => {
    const marks = all("svg title", plot).map((title) => title.parentElement);
    if (!marks.length) return;
    plot.tabIndex = 0;
    plot.setAttribute("role", "group");
    plot.setAttribute("aria-label", plot.dataset.label);
    let place = -1;
    plot.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (event.key === "Escape") hide();
      if (!step || event.target !== plot) return;
      event.preventDefault();
      place = place < 0 && step < 0 ? marks.length - 1 : (place + step + marks.length) % marks.length;
      const mark = marks[place];
      mark.scrollIntoView({ block: "nearest", inline: "nearest" });
      const box = mark.getBoundingClientRect();
      show(mark, box.left + box.width / 2, box.top);
    });
    plot.addEventListener("blur", () => { place = -1; hide(); });
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
  document.addEventListener("scroll", () => { if (lit && !lit.closest(".plot").matches(":focus")) hide(); }, { passive: true });

  // Contents: the part one is in is marked.
  const links = new Map(all(".aside a").map((link) => [link.hash.slice(1), link]));
  const parts = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);
  const top = document.querySelector(".top");
  const locate = () => {
    top?.classList.toggle("away", scrollY < innerHeight);
    const passed = parts.filter((part) => part.getBoundingClientRect().top < innerHeight / 3);
    const bottom = innerHeight + scrollY >= document.documentElement.scrollHeight - 2;
    const now = bottom ? parts.at(-1) : passed.at(-1) ?? parts[0];
    links.forEach((link, id) => {
      if (now && id === now.id) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
  };
  let waiting = false;
  const soon = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; locate(); });
  };
  if (parts.length) {
    addEventListener("scroll", soon, { passive: true });
    addEventListener("resize", soon);
    locate();
  }

  // A link into a fold opens it, and into a finding that is filtered away shows all.
  const reveal = () => {
    const target = location.hash && document.querySelector(`#${CSS.escape(location.hash.slice(1))}`);
    if (!target) return;
    for (let at = target; at; at = at.parentElement) if (at.localName === "details") at.open = true;
    if (target.hidden) target.closest(".findings")?.dispatchEvent(new Event("reveal"));
    if (target.matches(".finding")) folded(target).forEach((part) => { part.open = true; });
    target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  if (location.hash) reveal();

  // Paper shows what is folded, and table heads without buttons: browsers do not repeat those on each page.
  let opened = [];
  addEventListener("beforeprint", () => {
    buttons.forEach((button) => button.replaceWith(...button.childNodes));
    opened = all("details:not([open])").filter((part) => !part.matches(".data"));
    opened.forEach((part) => { part.open = true; });
  });
  addEventListener("afterprint", () => {
    buttons.forEach((button, head) => { button.append(...head.childNodes); head.append(button); });
    opened.forEach((part) => { part.open = false; });
  });
})();
