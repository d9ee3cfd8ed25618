// Keys of a page that shows weeks: arrow keys with Alt lead to the week before and after; nothing else is needed.
"use strict";
document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const door = document.querySelector(`a[data-key="${CSS.escape(event.key)}"]`);
  if (door) {
    event.preventDefault();
    door.click();
  }
});
