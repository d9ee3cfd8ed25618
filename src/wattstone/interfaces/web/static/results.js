"use strict";
// Jobs under way: their progress is brought up to date, and the page is shown anew when one has ended.
(() => {
  const wait = 1500;
  for (const section of document.querySelectorAll("[data-run]")) {
    const bar = section.querySelector("progress");
    const words = section.querySelector(".progress > span:last-child");
    const count = section.querySelector(".progress > .soft") ?? bar.after(" ", document.createElement("span")) ?? bar.nextElementSibling;
    const look = async () => {
      let told = null;
      try {
        const answer = await fetch(section.dataset.run, { headers: { Accept: "application/json" } });
        told = answer.ok ? await answer.json() : null;
      } catch {
        told = null; // the server may be starting again
      }
      if (told && told.ended) {
        location.reload();
        return;
      }
      if (told && told.state === "running") words.textContent = section.dataset.title; // it waits no longer
      if (told && bar && told.total) {
        bar.max = told.total;
        bar.value = told.done;
        count.textContent = section.dataset.of.replace("#", told.done).replace("%", told.total);
      }
      setTimeout(look, document.hidden ? 4 * wait : wait);
    };
    setTimeout(look, wait);
  }
})();
