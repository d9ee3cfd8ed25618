// A branch of the evidence is fetched when it is opened; without this script the link in it leads there.
"use strict";
document.addEventListener(
  "toggle",
  async (event) => {
    const branch = event.target;
    if (!branch.open || !branch.dataset.part) return;
    const address = branch.dataset.part;
    delete branch.dataset.part;
    const place = branch.querySelector(":scope > .inside > .more");
    const before = place.cloneNode(true);
    place.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address, { headers: { Accept: "text/html" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const text = await answer.text();
      place.replaceChildren(...new DOMParser().parseFromString(text, "text/html").body.childNodes);
    } catch {
      place.replaceChildren(...before.childNodes);
      branch.dataset.part = address;
    }
    place.removeAttribute("aria-busy");
  },
  true,
);
