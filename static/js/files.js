/* Says in Japanese which files were chosen, whatever language the browser speaks. */
export function nameChosenFiles() {
  for (const box of document.querySelectorAll("[data-file]")) {
    const input = box.querySelector("input");
    const words = box.querySelector(".cw-file__chosen");
    const show = () => {
      words.textContent = [...input.files].map((file) => file.name).join("\n") || box.dataset.none;
    };
    input.addEventListener("change", show);
    show();
  }
}
