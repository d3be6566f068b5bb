/* Copies a block of code. Without it, or where the browser does not let it, the code can be selected. */
(() => {
  "use strict";

  const SHOWN_MS = 2000;

  async function copy(button, code) {
    const words = button.querySelector("[data-words]");
    try {
      await navigator.clipboard.writeText(code.textContent);
      words.textContent = button.dataset.copied;
    } catch {
      getSelection().selectAllChildren(code);
      words.textContent = button.dataset.press;
    }
    setTimeout(() => { words.textContent = button.dataset.copy; }, SHOWN_MS);
  }

  for (const block of document.querySelectorAll(".code-block")) {
    const button = block.querySelector("button");
    button.hidden = false;
    button.addEventListener("click", () => copy(button, block.querySelector("code")));
  }
})();
