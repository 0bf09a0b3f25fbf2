/* Small comforts. Every page works without them. */
import { guardForms } from "./submit.js";
import { nameChosenFiles } from "./files.js";

document.documentElement.classList.add("js");

const menus = () => document.querySelectorAll("details.cw-menu[open]");

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

document.addEventListener("click", async (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
  const target = event.target.closest("[data-print], [data-copy], [data-leave]");
  if (!target) return;
  if (target.matches("[data-print]")) window.print();
  if (target.matches("[data-copy]")) await copy(target);
  if (target.matches("[data-leave]")) {
    event.preventDefault();
    window.location.replace(target.href); // the page left behind is not one step back
  }
});

async function copy(button) {
  const word = button.querySelector("span");
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    word.textContent = button.dataset.done;
  } catch {
    window.getSelection().selectAllChildren(document.getElementById("receipt-number"));
  }
}

const summary = document.getElementById("error-summary");
summary?.focus();
// The way to the summary outlives a redirect: an address without one drops it.
if (!summary && location.hash === "#error-summary") history.replaceState(history.state, "", location.pathname + location.search);
window.addEventListener("beforeprint", () => {
  for (const part of document.querySelectorAll(".cw-chart details")) part.open = true;
});
guardForms();
nameChosenFiles();
