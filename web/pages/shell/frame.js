// On every page: what was done is told at the bottom, what is not heard of at the top, and on a narrow window the ways
// fold behind one button.
import "./pieces.js";
import "./told.js";

const button = document.querySelector(".menu");
const top = button?.closest(".top");

function fold(isOpen) {
  button.setAttribute("aria-expanded", String(isOpen));
  top.classList.toggle("is-open", isOpen);
}

if (button) {
  button.hidden = false;
  top.classList.add("folds");
  fold(false);
  button.addEventListener("click", () => fold(button.getAttribute("aria-expanded") !== "true"));
  top.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || button.getAttribute("aria-expanded") !== "true") return;
    fold(false);
    button.focus();
  });
}
