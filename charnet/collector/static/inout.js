// The panel for drawings in and out: a zip of all of them to keep; pictures, folders and zips to add.

import { element } from "../../web/elements.js";
import * as api from "./api.js";
import { on } from "./news.js";
import { panel } from "./panels.js";

const SHOWN = 100; // refused files that are named
const BUSY = 409; // someone else is adding drawings
const option = (value, text) => Object.assign(element("option", "", text), { value });
const wait = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

export function mountInOut({ onAdded }) {
  const { body, toggle, details } = panel("inout", "In and out");
  const whole = Object.assign(element("a", "button", "Download all drawings"), { href: "/api/archive", download: "letters.zip" });
  const under = Object.assign(element("select", ""), { id: "under" });
  const files = Object.assign(element("input", ""), { id: "files", type: "file", multiple: true, hidden: true });
  const folder = Object.assign(element("input", ""), { type: "file", webkitdirectory: true, hidden: true });
  files.accept = "image/*,.zip,application/zip";
  [files.ariaLabel, folder.ariaLabel] = ["Pictures or zips to add", "Folder to add"];
  const status = Object.assign(element("p", "said"), { id: "inout-status", role: "status" });
  const refused = Object.assign(element("ul", "refused"), { hidden: true, ariaLabel: "Not added" });
  const zone = element("div", "zone", element("p", "", "Drop pictures, letter folders or a zip of them here"),
    element("div", "tools small", button("Choose files", () => files.click()), button("Choose a folder", () => folder.click()),
      element("label", "field", element("span", "", "They go"), under)));
  body.append(
    element("div", "tools small", whole, element("span", "soft", "a zip of letter folders, as train.py reads them")),
    zone, files, folder, status, refused,
  );
  let labels = [];
  let busy = false;
  on("state", ({ counts }) => {
    if (Object.keys(counts).join("\n") === labels.join("\n")) return;
    labels = Object.keys(counts);
    const chosen = under.value;
    under.replaceChildren(option("", "where their folders say"), ...labels.map((label) => option(label, `to ${label}`)));
    under.value = labels.includes(chosen) ? chosen : "";
  });
  for (const input of [files, folder]) {
    input.addEventListener("change", () => {
      add([...input.files].map((file) => ({ file, path: file.webkitRelativePath || file.name })));
      input.value = ""; // the same may be chosen again
    });
  }

  async function add(given) {
    toggle(true);
    if (busy) return say("Other files are being added. Wait until they are in.");
    busy = true;
    const found = { saved: {}, total: 0, refused: [], more: 0 };
    try {
      for (const [index, each] of given.entries()) {
        say(`Adding ${given.length > 1 ? `${index + 1} of ${given.length}: ` : ""}${each.path} …`);
        join(found, await one(each));
      }
      report(found);
    } catch (error) {
      if (!(error instanceof api.Gone)) throw error;
      report(found);
      say(`${status.textContent} Then the program did not answer any more.`);
    } finally {
      busy = false;
      onAdded();
    }
  }

  async function one({ file, path }) {
    const parent = path.split("/").at(-2);
    const no = (error) => ({ saved: {}, refused: [{ name: path, error }] });
    const label = under.value || (labels.includes(parent) ? parent : "");
    if (!label && !api.isZip(file)) {
      return no(parent === undefined ? "which letter is it? Choose where it goes, or drop its letter folder"
        : `${parent} is none of the letters`);
    }
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await api.add(file, api.isZip(file) ? under.value : label, path.slice(-200));
      } catch (error) {
        if (!(error instanceof api.Refused)) throw error;
        if (error.status !== BUSY || attempt > 60) return no(error.message);
        await wait(500);
      }
    }
  }

  function report({ saved, total, refused: not, more }) {
    const list = Object.entries(saved).map(([label, n]) => `${label} ${n}`).join(", ");
    const left = not.length + more;
    say((total ? `${total} added: ${list}.` : "Nothing was added.") + (left ? ` ${left} could not be:` : ""));
    const rest = left - Math.min(SHOWN, not.length);
    refused.replaceChildren(
      ...not.slice(0, SHOWN).map(({ name, error }) => element("li", "", element("b", "", name), ` ${error}`)),
      ...(rest ? [element("li", "", `and ${rest} more`)] : []),
    );
    refused.hidden = !left;
  }

  function say(text) { status.textContent = text; }

  return { add, zone: details };
}

function button(text, act) {
  const made = element("button", "", text);
  made.addEventListener("click", act);
  return made;
}

function join(all, { saved, refused = [], more = 0 }) {
  for (const [label, n] of Object.entries(saved)) {
    all.saved[label] = (all.saved[label] ?? 0) + n;
    all.total += n;
  }
  all.refused.push(...refused);
  all.more += more;
}
