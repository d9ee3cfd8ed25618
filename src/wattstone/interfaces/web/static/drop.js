"use strict";
// Files that are dropped on the form are put into its field; sending them shows how far it is.
(() => {
  const begin = (form) => {
    const field = form.querySelector('input[type="file"]');
    const bar = form.querySelector("progress");
    const chosen = form.querySelector("[data-chosen]");
    const looking = form.querySelector("[data-looking]");
    const button = form.querySelector("button");
    let depth = 0;
    const over = (by) => {
      depth = by === 0 ? 0 : depth + by;
      form.classList.toggle("over", depth > 0);
    };
    const carries = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");
    const tell = () => {
      chosen.textContent = [...field.files].map((file) => file.name).join(", ");
    };
    form.addEventListener("dragenter", (event) => carries(event) && over(1));
    form.addEventListener("dragleave", (event) => carries(event) && over(-1));
    form.addEventListener("dragover", (event) => {
      if (carries(event)) event.preventDefault();
    });
    form.addEventListener("drop", (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      over(0);
      field.files = event.dataTransfer.files;
      tell();
      form.requestSubmit();
    });
    field.addEventListener("change", tell);
    form.addEventListener("submit", (event) => {
      if (!field.files.length || !window.FormData) return;
      event.preventDefault();
      const request = new XMLHttpRequest();
      request.open("POST", form.action);
      request.setRequestHeader("X-CSRF-Token", form.elements.csrf.value);
      request.upload.addEventListener("progress", (told) => {
        if (told.lengthComputable) {
          bar.hidden = false;
          bar.max = told.total;
          bar.value = told.loaded;
        }
      });
      request.upload.addEventListener("load", () => {
        looking.textContent = looking.dataset.looking; // all of it is there; the answer is the look at it
      });
      request.addEventListener("load", () => {
        if (request.responseURL && request.responseURL !== form.action) {
          location.assign(request.responseURL); // the form was taken: on to the look at it
        } else {
          const told = new DOMParser().parseFromString(request.responseText, "text/html").querySelector("main");
          if (told) document.querySelector("main").replaceWith(told); // what is wrong, said by the server
          document.querySelectorAll("form[data-drop]").forEach(begin);
        }
      });
      request.addEventListener("error", () => {
        button.disabled = false;
        bar.hidden = true;
        looking.textContent = "";
        HTMLFormElement.prototype.submit.call(form); // the browser's own way says what is wrong
      });
      button.disabled = true;
      request.send(new FormData(form));
    });
  };
  document.querySelectorAll("form[data-drop]").forEach(begin);
})();
