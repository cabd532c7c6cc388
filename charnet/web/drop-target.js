// The whole page as a target for files that are dropped.

/** @param {(transfer: DataTransfer, target: EventTarget | null) => void} onDrop */
export function acceptDrops(onDrop) {
  const { body } = document;
  document.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    body.classList.add("dropping");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) body.classList.remove("dropping");
  });
  document.addEventListener("drop", (event) => {
    event.preventDefault(); // or the browser would leave the page and show the picture
    body.classList.remove("dropping");
    if (event.dataTransfer) onDrop(event.dataTransfer, event.target);
  });
}
