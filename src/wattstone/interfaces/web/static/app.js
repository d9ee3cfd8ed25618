// What a page gains with a script: the keyboard, suggestions, forms that send themselves, parts that renew themselves.
// Every page works without it.
"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("scripted");
  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];

  // On a narrow screen menu and tabs are rows that scroll: show where the reader is.
  for (const here of $$(".menu [aria-current], .tabs [aria-current]")) {
    const list = here.closest("ul");
    if (list.scrollWidth > list.clientWidth) list.scrollLeft = here.offsetLeft - list.clientWidth / 2;
  }

  // ---- forms ----
  for (const form of $$("form[data-auto]")) form.addEventListener("change", () => form.requestSubmit());
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent === "yes") return event.preventDefault();
    if (form.method !== "post") return;
    form.dataset.sent = "yes"; // a second press does not do it twice
    setTimeout(() => delete form.dataset.sent, 4000);
  });
  addEventListener("pageshow", () => $$("form").forEach((form) => delete form.dataset.sent));
  const wrong = $("[aria-invalid=true]");
  if (wrong) wrong.focus();

  // A one-time code stands behind the # of its link, which no server and no log is told of.
  const coded = $("form[data-code] [name=code]");
  if (coded && location.hash.length > 8) {
    coded.value = decodeURIComponent(location.hash.slice(1));
    history.replaceState(null, "", location.pathname + location.search);
    ($("form[data-code] [name=name], form[data-code] [name=password]") || coded).focus();
  }

  // The first form knows no clock yet: where it still has its default, the browser's stands there, to be corrected.
  const clocked = $("form[data-zone]");
  if (clocked && clocked.elements.zone.value === clocked.dataset.zone) {
    const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if ($$("#zones option").some((one) => one.value === own)) clocked.elements.zone.value = own;
  }

  // ---- menus that open ----
  document.addEventListener("click", (event) => {
    for (const open of $$("details.drop[open]")) if (!open.contains(event.target)) open.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const open of $$("details.drop[open], details.confirm[open]")) {
      open.open = false;
      $("summary", open).focus();
    }
  });

  // ---- keyboard ----
  const keys = $("#keys");
  const help = () => keys && !keys.open && keys.showModal();
  for (const door of $$("[data-help]")) door.addEventListener("click", (event) => { event.preventDefault(); help(); });
  const places = { t: "/", p: "/portfolio", a: "/action", r: "/report/inventory", d: "/data", s: "/settings" };
  let going = 0;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
    const find = $("#find");
    if (event.key === "/" && find) { event.preventDefault(); find.focus(); find.select(); }
    else if (event.key === "?") help();
    else if (event.key === "g") going = Date.now();
    else if (Date.now() - going < 1200 && places[event.key]) {
      going = 0;
      const home = $(".app .brand");
      const wanted = home && new URL(home.href).pathname.replace(/\/$/, "") + places[event.key];
      const door = wanted && $$(".menu a").find((one) => new URL(one.href).pathname.startsWith(wanted) && (places[event.key] !== "/" || new URL(one.href).pathname === wanted));
      if (door) door.click();
    }
  });

  // ---- suggestions ----
  const find = $("#find[data-suggest]");
  if (find) {
    const list = document.createElement("ul");
    list.className = "list"; list.id = "found"; list.hidden = true; list.setAttribute("role", "listbox");
    find.after(list);
    Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": "found", "aria-autocomplete": "list" })
      .forEach(([name, value]) => find.setAttribute(name, value));
    let timer, asked = 0, at = -1;
    const show = (open) => { list.hidden = !open; find.setAttribute("aria-expanded", String(open)); at = -1; find.removeAttribute("aria-activedescendant"); };
    const fill = (rows) => {
      list.replaceChildren(...rows.map((row, place) => {
        const item = document.createElement("li"), door = document.createElement("a"), kind = document.createElement("span");
        item.id = `found-${place}`; item.setAttribute("role", "option"); item.setAttribute("aria-selected", "false");
        door.href = row.href; door.tabIndex = -1; door.append(row.name); kind.className = "soft"; kind.append(row.kind); door.append(kind); item.append(door);
        return item;
      }));
      show(rows.length > 0);
    };
    find.addEventListener("input", () => {
      clearTimeout(timer);
      const text = find.value.trim(), mine = ++asked;
      if (!text) return show(false);
      timer = setTimeout(async () => {
        try {
          const answer = await fetch(`${find.dataset.suggest}?q=${encodeURIComponent(text)}`, { headers: { Accept: "application/json" } });
          if (answer.ok && mine === asked) fill((await answer.json()).found);
        } catch { show(false); }
      }, 150);
    });
    find.addEventListener("keydown", (event) => {
      const items = [...list.children];
      if (event.key === "Escape") { show(false); find.blur(); }
      if (list.hidden || !items.length) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        at = (at + (event.key === "ArrowDown" ? 1 : -1) + items.length) % items.length;
        items.forEach((item, place) => item.setAttribute("aria-selected", String(place === at)));
        find.setAttribute("aria-activedescendant", items[at].id);
      } else if (event.key === "Enter" && at >= 0) { event.preventDefault(); $("a", items[at]).click(); }
    });
    document.addEventListener("click", (event) => { if (!find.form.contains(event.target)) show(false); });
  }

  // ---- parts that renew themselves: <div data-live="/part" data-every="2000">; they end where the answer says so ----
  for (const live of $$("[data-live]")) {
    const renew = async () => {
      if (document.hidden) return setTimeout(renew, 2000);
      try {
        const answer = await fetch(live.dataset.live, { headers: { Accept: "text/html" }, redirect: "error" });
        if (answer.status === 204) return;
        const held = live.contains(document.activeElement) || $("details[open]", live);
        if (answer.ok && !held) {
          const text = await answer.text();
          if (text !== live.dataset.text) {
            live.replaceChildren(...new DOMParser().parseFromString(text, "text/html").body.childNodes);
            live.dataset.text = text;
            live.dispatchEvent(new CustomEvent("renewed", { bubbles: true }));
          }
        }
        if (answer.headers.get("X-Finished") === "yes") { if ("reload" in live.dataset) location.reload(); return; }
      } catch { /* the next round asks again */ }
      setTimeout(renew, Number(live.dataset.every || 2000));
    };
    setTimeout(renew, Number(live.dataset.every || 2000));
  }

  // ---- copy a secret ----
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) navigator.clipboard?.writeText($(button.dataset.copy).textContent).then(() => { button.textContent = button.dataset.done || "✓"; });
  });
})();
