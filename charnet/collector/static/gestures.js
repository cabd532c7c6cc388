// Files that are dropped onto the page, or pasted: -> [{file, path}], the path within the folder that was dropped.

export function listen(take) {
  document.addEventListener("paste", (event) => {
    const files = [...event.clipboardData.files];
    if (!files.length || event.target.closest("input, textarea")) return;
    event.preventDefault();
    take(files.map((file) => ({ file, path: file.name })), event.target);
  });
  document.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    document.body.classList.add("dropping");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) document.body.classList.remove("dropping");
  });
  document.addEventListener("drop", async (event) => {
    event.preventDefault(); // or the browser would leave the page and show the picture
    document.body.classList.remove("dropping");
    const { target } = event;
    const found = await dropped(event.dataTransfer);
    if (found.length) take(found, target);
  });
}

async function dropped({ items, files }) {
  const entries = [...items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean); // gone once we have waited
  if (!entries.length) return [...files].map((file) => ({ file, path: file.name }));
  return (await Promise.all(entries.map((entry) => within(entry, "")))).flat();
}

async function within(entry, folder) {
  const path = `${folder}${entry.name}`;
  if (entry.name.startsWith(".")) return [];
  if (entry.isFile) return [{ file: await new Promise((resolve, reject) => { entry.file(resolve, reject); }), path }];
  const reader = entry.createReader();
  const found = [];
  for (;;) { // it gives a hundred at a time
    const some = await new Promise((resolve, reject) => { reader.readEntries(resolve, reject); });
    if (!some.length) break;
    found.push(...some);
  }
  return (await Promise.all(found.map((each) => within(each, `${path}/`)))).flat();
}
