"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const copy = (text, button) => {
    const done = () => {
      button.textContent = "Copied";
      setTimeout(() => (button.textContent = "Copy"), 1500);
    };
    const byHand = () => {
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      button.focus();
      done();
    };
    if (navigator.clipboard) navigator.clipboard.writeText(text).then(done, byHand);
    else byHand();
  };
  const addButton = (after, name, read) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.setAttribute("aria-label", `Copy ${name}`);
    button.addEventListener("click", () => copy(read(), button));
    after.append(button);
  };
  const squeeze = (text) => text.replace(/\s+/g, " ").trim();
  all("pre.copied").forEach((each) => {
    const text = each.textContent;
    addButton(each, each.dataset.name || "this text", () => text);
  });
  const addFindings = (card) => {
    if (card.dataset.ready) return;
    card.dataset.ready = "1";
    const name = squeeze(card.querySelector("summary bdi, summary i").textContent);
    all(".finding", card).forEach((each) => {
      const text = squeeze(each.textContent);
      addButton(each, `the finding ${each.querySelector(".check").textContent}`, () => `${name}: ${text}`);
    });
  };
  const cards = all("details.tool");
  cards.forEach((card) => card.addEventListener("toggle", () => card.open && addFindings(card)));
  const bar = document.querySelector(".controls");
  if (!bar) return;
  const rows = all("tr[data-tool]").map((row, index) => {
    const card = cards[index];
    return { row, card, index, parts: [row, card], home: [row.parentNode, card.parentNode],
      text: `${row.textContent} ${card.textContent}`.toLowerCase(),
      checks: row.dataset.checks.split(" "), clients: (row.dataset.clients || "").split(" ") };
  });
  const control = (name) => bar.querySelector(`[name=${name}]`);
  const fill = (name, values) => {
    const select = control(name);
    [...new Set(values)].filter(Boolean).sort().forEach((value) => select.add(new Option(value)));
    if (select.options.length < 3) select.closest("label").hidden = true;
  };
  fill("tier", rows.map((each) => each.row.dataset.tier));
  fill("risk", rows.map((each) => each.row.dataset.risk));
  fill("client", rows.flatMap((each) => each.clients));
  const status = bar.querySelector("[role=status]");
  const filter = () => {
    const words = control("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const [tier, risk, check, client] = ["tier", "risk", "check", "client"].map((n) => control(n).value);
    let shown = 0;
    rows.forEach((each) => {
      const fits = (!tier || each.row.dataset.tier === tier) && (!risk || each.row.dataset.risk === risk) &&
        (!check || each.checks.includes(check)) && (!client || each.clients.includes(client)) &&
        words.every((word) => each.text.includes(word));
      shown += fits;
      each.parts.forEach((part) => { if (part.hidden === fits) part.hidden = !fits; });
    });
    status.textContent = `${shown} of ${rows.length} tools`;
  };
  const number = (each, key) => Number(each.row.dataset[key]);
  const orders = {
    worst: (a, b) => a.index - b.index,
    best: (a, b) => b.index - a.index,
    name: (a, b) => a.row.dataset.tool.localeCompare(b.row.dataset.tool),
    findings: (a, b) => number(b, "open") - number(a, "open") || a.index - b.index,
  };
  const sort = () => {
    [...rows].sort(orders[control("sort").value]).forEach((each) =>
      each.parts.forEach((part, side) => each.home[side].append(part)));
  };
  ["search", "tier", "risk", "check", "client"].forEach((n) => control(n).addEventListener("input", filter));
  control("sort").addEventListener("change", sort);
  const openAll = (open) => cards.forEach((card) => { if (!card.hidden) card.open = open; });
  bar.querySelector(".open").addEventListener("click", () => openAll(true));
  bar.querySelector(".close").addEventListener("click", () => openAll(false));
  bar.hidden = false;
  filter();
})();
