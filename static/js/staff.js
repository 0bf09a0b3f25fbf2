/* Names for what Django's admin draws without one: the choosing boxes of select2 and the help marks of double lists. */
const named = new WeakSet();

function nameOf(control) {
  const label = control.id && document.querySelector(`label[for="${CSS.escape(control.id)}"]`);
  return label?.textContent.replace(/[:：]\s*$/, "").trim() ?? "";
}

function nameBoxes() {
  for (const control of document.querySelectorAll("select.admin-autocomplete")) {
    const box = control.nextElementSibling?.querySelector(".select2-selection");
    const name = nameOf(control);
    if (!box || !name || named.has(box)) continue;
    named.add(box);
    box.setAttribute("aria-label", name);
    box.querySelector(".select2-selection__rendered")?.setAttribute("aria-label", name);
  }
  for (const field of document.querySelectorAll(".select2-search__field:not([aria-label])")) field.setAttribute("aria-label", "さがす");
  for (const mark of document.querySelectorAll(".help-tooltip[aria-label]:not([role])")) mark.setAttribute("role", "img");
}

if (document.querySelector("select.admin-autocomplete, select[multiple]")) {
  new MutationObserver(nameBoxes).observe(document.body, { childList: true, subtree: true });
  nameBoxes();
}
