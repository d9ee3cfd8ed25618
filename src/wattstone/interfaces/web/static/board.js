// The board: a card is dragged into another column, and the form that it carries is sent. Without this script the
// form's own list and button do the same. A card that is dismissed needs a reason: its page asks for it.
"use strict";
(() => {
  let held = null;
  const columns = document.querySelectorAll(".column");
  document.addEventListener("dragstart", (event) => {
    held = event.target.closest(".card");
    if (!held) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", held.dataset.card);
    held.classList.add("held");
  });
  document.addEventListener("dragend", () => {
    if (held) held.classList.remove("held");
    columns.forEach((one) => one.classList.remove("over"));
    held = null;
  });
  columns.forEach((column) => {
    column.addEventListener("dragover", (event) => {
      if (!held || column.contains(held)) return;
      event.preventDefault();
      column.classList.add("over");
    });
    column.addEventListener("dragleave", (event) => {
      if (!column.contains(event.relatedTarget)) column.classList.remove("over");
    });
    column.addEventListener("drop", (event) => {
      if (!held || column.contains(held)) return;
      event.preventDefault();
      const state = column.dataset.state;
      if (state === "dismissed") {
        location.assign(`${held.dataset.page}?state=dismissed#move`);
        return;
      }
      const form = held.querySelector("form.move");
      form.elements.state.value = state;
      form.requestSubmit();
    });
  });
  // A choice in a card's list is sent at once; the button stays for those who come by keys.
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form.move");
    if (form && form.elements.state.value === "dismissed" && !form.elements.note.value) {
      event.preventDefault();
      location.assign(`${form.closest(".card").dataset.page}?state=dismissed#move`);
    }
  });
})();
