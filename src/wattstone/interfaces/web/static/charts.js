// Charts: the definition comes from the server, the drawing happens here, in the colours of the theme.
// The bundle is fetched when the first chart comes near the screen, and kept by the browser.
"use strict";
(() => {
  const own = document.currentScript;
  const SIGNS = { decimal: ".", thousands: "\u202f", grouping: [3], currency: ["", ""], minus: "\u2212" };
  let library, colours;

  const load = () => (library ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = own.dataset.bundle; script.onload = done; script.onerror = failed;
    document.head.append(script);
  }));
  const palette = () => (colours ??= fetch(own.dataset.tokens).then((answer) => answer.json()));
  const dark = () => {
    const chosen = document.documentElement.dataset.theme;
    return chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  };

  // The server's colours are those of paper; in the dark each is replaced by its counterpart.
  const recoloured = (node, swap) => {
    if (typeof node === "string") return swap[node.toUpperCase()] ?? (/#[0-9a-f]{6}/i.test(node) && node.length > 7 ? node.replace(/#[0-9a-f]{6}/gi, (one) => swap[one.toUpperCase()] ?? one) : node);
    if (Array.isArray(node)) return node.map((one) => recoloured(one, swap));
    if (node && typeof node === "object") {
      return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, key === "values" || key === "datasets" ? (swapsData(value) ? recoloured(value, swap) : value) : recoloured(value, swap)]));
    }
    return node;
  };
  const swapsData = (value) => JSON.stringify(value).includes('"#');

  // What is estimated is hatched, as on paper.
  const hatch = (svg, opacity, name) => {
    const seen = new Map();
    for (const shape of svg.querySelectorAll(`path[fill-opacity="${opacity}"]`)) {
      const fill = shape.getAttribute("fill");
      if (!fill || fill[0] !== "#") continue;
      if (!seen.has(fill)) seen.set(fill, `hatch-${name}-${fill.slice(1)}`);
      shape.setAttribute("fill", `url(#${seen.get(fill)})`); shape.removeAttribute("fill-opacity");
    }
    if (!seen.size) return;
    const make = (tag, attributes) => { const node = document.createElementNS("http://www.w3.org/2000/svg", tag); for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value); return node; };
    const defs = make("defs", {});
    for (const [fill, id] of seen) {
      const pattern = make("pattern", { id, width: 5, height: 5, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" });
      pattern.append(make("path", { d: "M1 0V5", stroke: fill, "stroke-width": 2 })); defs.append(pattern);
    }
    svg.prepend(defs);
  };

  // ---- tooltips: plain text in a box of the look ----
  let box;
  const tip = (handler, event, item, value) => {
    box ??= document.body.appendChild(Object.assign(document.createElement("div"), { className: "tip", hidden: true }));
    if (value === null || value === undefined || value === "") { box.hidden = true; return; }
    if (typeof value === "object") {
      const table = document.createElement("table");
      for (const [name, text] of Object.entries(value)) {
        const row = table.insertRow(), head = document.createElement("th");
        head.textContent = name; row.append(head); row.insertCell().textContent = text;
      }
      box.replaceChildren(table);
    } else box.textContent = value;
    box.hidden = false;
    const { width, height } = box.getBoundingClientRect();
    // Set through the object model: the policy of the page allows no style in markup.
    box.style.left = `${Math.max(4, Math.min(event.clientX + 12, innerWidth - width - 8))}px`;
    box.style.top = `${event.clientY + 16 + height > innerHeight ? event.clientY - height - 12 : event.clientY + 16}px`;
  };

  const near = (width) => Math.min(1600, Math.max(240, Math.floor(width / 40) * 40));
  const drawn = new Map();

  const draw = async (place) => {
    const width = near(place.clientWidth || 680), state = drawn.get(place) ?? {};
    const turn = (state.turn ?? 0) + 1;
    drawn.set(place, { ...state, turn, width });
    try {
      const address = new URL(place.dataset.spec, location.href);
      address.searchParams.set("width", width);
      const [answer, tokens] = await Promise.all([state.spec && state.width === width ? state.spec : fetch(address).then((got) => { if (!got.ok) throw new Error(got.status); return got.json(); }), palette(), load()]);
      if (drawn.get(place).turn !== turn) return;
      drawn.get(place).spec = answer;
      const swap = {};
      if (dark()) for (const [name, light] of Object.entries(tokens.light)) swap[light.toUpperCase()] = tokens.dark[name];
      const spec = recoloured(answer, swap);
      const faces = tokens.sans.map((one) => (one.includes(" ") ? `"${one}"` : one)).join(", ") + ", sans-serif";
      const text = JSON.parse(JSON.stringify(spec).replaceAll('"Liberation Sans"', JSON.stringify(faces)));
      if (typeof text.width === "number" && Math.abs(text.width - place.clientWidth) < 60) text.width = place.clientWidth;
      const inside = document.createElement("div");
      const old = place.querySelector(".vega-embed");
      const result = await window.vegaEmbed(inside, text, { ast: true, actions: false, renderer: "svg", defaultStyle: false, tooltip: tip, formatLocale: SIGNS, logLevel: 1 });
      if (drawn.get(place).turn !== turn) return result.finalize();
      drawn.get(place).view?.finalize();
      drawn.get(place).view = result;
      old?.remove();
      place.append(inside);
      const svg = inside.querySelector("svg");
      svg?.setAttribute("aria-hidden", "true"); // the words stand on the box around it
      if (svg) hatch(svg, tokens.opacity.estimated, place.id || Math.random().toString(36).slice(2));
      place.classList.add("drawn");
      remember();
    } catch (error) {
      place.classList.add("failed");
      place.closest("figure")?.querySelector("details")?.setAttribute("open", ""); // the table says the same
      console.warn("chart", place.dataset.spec, error);
    }
  };

  const seen = "IntersectionObserver" in window
    ? new IntersectionObserver((entries) => { for (const entry of entries) if (entry.isIntersecting) { seen.unobserve(entry.target); draw(entry.target); } }, { rootMargin: "300px" })
    : null;
  const watch = (within) => { for (const place of within.querySelectorAll(".chart[data-spec]:not(.drawn)")) seen ? seen.observe(place) : draw(place); };
  watch(document);
  document.addEventListener("renewed", (event) => watch(event.target));

  const again = () => { for (const place of drawn.keys()) if (place.isConnected) draw(place); };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  new MutationObserver(again).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  let timer;
  addEventListener("resize", () => { clearTimeout(timer); timer = setTimeout(() => { for (const [place, state] of drawn) if (place.isConnected && near(place.clientWidth) !== state.width) draw(place); }, 200); });
  // Paper is light: a drawing in the colours of the dark is put into those of paper while it is printed.
  const painted = (swap) => {
    for (const place of drawn.keys()) for (const shape of place.querySelectorAll("[fill^='#'],[stroke^='#']")) for (const name of ["fill", "stroke"]) {
      const now = shape.getAttribute(name)?.toUpperCase();
      if (now && swap[now]) shape.setAttribute(name, swap[now]);
    }
  };
  const counterparts = async () => {
    const tokens = await palette();
    const there = {}, back = {};
    for (const [name, light] of Object.entries(tokens.light)) { there[light.toUpperCase()] = tokens.dark[name]; back[tokens.dark[name].toUpperCase()] ??= light; }
    return { there, back };
  };
  let known;
  const remember = () => { known ?? counterparts().then((found) => { known = found; }); };
  addEventListener("beforeprint", () => { if (known && dark()) painted(known.back); });
  addEventListener("afterprint", () => { if (known && dark()) painted(known.there); });

  // What was not drawn yet is printed as the picture that the server makes; printing waits for no promise.
  const pictures = [];
  addEventListener("beforeprint", () => {
    for (const place of document.querySelectorAll(".chart[data-spec]:not(.drawn)")) {
      try {
        const asked = new XMLHttpRequest();
        asked.open("GET", place.dataset.spec.replace(/\.json(?=\?|$)/, ".picture"), false);
        asked.send();
        if (asked.status !== 200) throw new Error(asked.status);
        const picture = document.importNode(new DOMParser().parseFromString(asked.responseText, "image/svg+xml").documentElement, true);
        place.append(picture);
        place.classList.add("drawn");
        pictures.push([place, picture]);
      } catch {
        place.closest("figure")?.querySelector("details")?.setAttribute("open", ""); // the table says the same
      }
    }
  });
  addEventListener("afterprint", () => { for (const [place, picture] of pictures.splice(0)) { picture.remove(); place.classList.remove("drawn"); } });
})();
