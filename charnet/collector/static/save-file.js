// Has the browser save a file that a request answers with.

import { element } from "../../web/elements.js";
import { translated } from "../../web/server-words.js";
import { t } from "../../web/words.js";
import { send } from "./transport.js";

const UNTIL = 60_000; // milliseconds by which the browser has begun to save it

/**
 * Whenever a link is clicked, its file is saved, or `say` is called with why not.
 * @param {HTMLAnchorElement} link
 * @param {(text: string) => void} say
 */
export function saveOnClick(link, say) {
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    const response = await send(link.getAttribute("href") ?? "").catch(() => null);
    if (!response) return say(t("That did not work: {reason}.", { reason: t("the program does not answer") }));
    if (!response.ok) return say(t("That did not work: {reason}.", { reason: translated((await response.json()).error) }));
    const url = URL.createObjectURL(await response.blob());
    Object.assign(element("a", ""), { href: url, download: link.download }).click();
    setTimeout(() => URL.revokeObjectURL(url), UNTIL);
    return undefined;
  });
}
