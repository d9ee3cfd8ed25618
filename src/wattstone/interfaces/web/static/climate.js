// The page of a topic: a figure of the list is put where the cursor stands, and the list is sifted while one types.
"use strict";
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  if (!button) return;
  const area = document.getElementById(button.dataset.into);
  if (!area) return;
  const details = area.closest("details");
  if (details) details.open = true;
  area.setRangeText(button.dataset.insert, area.selectionStart, area.selectionEnd, "end");
  area.focus();
});
document.addEventListener("input", (event) => {
  const field = event.target.closest("[data-sift]");
  if (!field) return;
  const wanted = field.value.trim().toLowerCase();
  for (const row of document.querySelectorAll(`${field.dataset.sift} tbody tr`)) row.hidden = !row.textContent.toLowerCase().includes(wanted);
});
