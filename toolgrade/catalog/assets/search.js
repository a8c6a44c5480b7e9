"use strict";
/* Fills the search page: the index, the filters and the ranking are MiniSearch's. Nothing is fetched,
   so that it works from a folder too; all text is set as text and never as markup. */
(() => {
  const { servers, clients, checks, risks, rows } = window.toolgradeTools;
  const AT_ONCE = 50;
  const form = document.getElementById("search");
  const found = document.getElementById("found");
  const list = document.getElementById("results");
  const more = document.getElementById("more");
  const field = (name) => form.elements.namedItem(name);
  const names = [...form.elements].map((each) => each.name).filter(Boolean);

  const tools = rows.map((row, id) => ({
    id,
    name: row[0],
    server: servers[row[1]][1],
    href: `servers/${servers[row[1]][0]}/${row[2]}.html`,
    score: row[3],
    tier: row[4],
    risk: risks[row[5]] || "",
    text: row[6],
    clients: row[7],
    checks: row[8],
    language: servers[row[1]][2] || "",
    english: row[9],
  }));

  const search = new MiniSearch({
    fields: ["name", "text", "server"],
    tokenize: (text) => text.replace(/([a-z\d])([A-Z])/g, "$1 $2").toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean),
    searchOptions: { boost: { name: 4, server: 1.5 }, prefix: true, fuzzy: (term) => (term.length > 4 ? 0.2 : false), combineWith: "AND" },
  });

  const fill = (name, options) => {
    for (const [value, label] of options) field(name).append(new Option(label, value));
  };
  const used = (values) => [...new Set(values)].filter(Boolean).sort();
  fill("tier", used(tools.map((tool) => tool.tier)).map((each) => [each, each]));
  fill("risk", risks.map((each) => [each, each]));
  fill("client", clients.map(([key, title], at) => [String(at), title]));
  fill("check", checks.map(([id, title], at) => [String(at), title]).sort((a, b) => a[1].localeCompare(b[1])));
  fill("language", used(tools.map((tool) => tool.language)).map((each) => [each, each]));

  const filter = () => {
    const wants = Object.fromEntries(names.map((name) => [name, field(name).value]));
    return (tool) =>
      (!wants.tier || tool.tier === wants.tier) &&
      (!wants.risk || tool.risk === wants.risk) &&
      (!wants.client || tool.clients.includes(Number(wants.client))) &&
      (!wants.check || tool.checks.includes(Number(wants.check))) &&
      (!wants.language || tool.language === wants.language) &&
      (!wants.text || (tool.english !== null && (tool.english ? "english" : "other") === wants.text));
  };

  const element = (tag, text, kind) => {
    const made = document.createElement(tag);
    made.textContent = text;
    if (kind) made.className = kind;
    return made;
  };

  const show = (tool) => {
    const item = document.createElement("li");
    const link = element("a", tool.name || "nameless tool", "code");
    link.href = tool.href;
    const score = element("span", "", "figure");
    if (tool.tier) {
      const tier = element("span", "", `tier tier-${tool.tier}`);
      tier.append(element("span", "tier ", "unseen"), tool.tier);
      score.append(tier, element("b", tool.score.toFixed(1)));
    } else score.append("not graded");
    item.append(score, link, element("span", tool.risk, "risk"), element("span", tool.server, "of"), element("p", tool.text));
    return item;
  };

  let results = [];
  const extend = () => {
    const from = list.children.length;
    list.append(...results.slice(from, from + AT_ONCE).map(show));
    more.hidden = list.children.length >= results.length;
  };

  const update = () => {
    const started = performance.now();
    const words = field("q").value.trim();
    const fits = filter();
    results = words
      ? search.search(words, { filter: ({ id }) => fits(tools[id]) }).map(({ id }) => tools[id])
      : tools.filter(fits);
    list.replaceChildren();
    extend();
    found.textContent = `${results.length.toLocaleString("en")} of ${tools.length.toLocaleString("en")} tools`;
    found.dataset.milliseconds = String(Math.round(performance.now() - started));
    const chosen = names.filter((name) => field(name).value).map((name) => [name, shareable(name)]);
    history.replaceState(null, "", `#${new URLSearchParams(chosen)}`);
  };

  // An address names clients and checks by their ids, which stay when others are added.
  const byId = { client: clients, check: checks };
  const shareable = (name) => (byId[name] ? byId[name][Number(field(name).value)][0] : field(name).value);
  const read = () => {
    const asked = new URLSearchParams(location.hash.slice(1));
    for (const name of names) {
      const value = asked.get(name) || "";
      const at = byId[name] ? byId[name].findIndex(([id]) => id === value) : -1;
      field(name).value = byId[name] ? (at < 0 ? "" : String(at)) : value;
    }
  };

  search.addAllAsync(tools, { chunkSize: 500 }).then(() => {
    form.hidden = false;
    form.addEventListener("input", update);
    form.addEventListener("submit", (event) => event.preventDefault());
    more.addEventListener("click", extend);
    window.addEventListener("hashchange", () => { read(); update(); });
    read();
    update();
  });
})();
