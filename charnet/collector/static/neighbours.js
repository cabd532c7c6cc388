// The three drawings most similar to the one in the square.

import { byId, element } from "../../web/elements.js";
import { percent } from "../../web/format.js";
import { t } from "../../web/words.js";
import { on } from "./events.js";

/** @import { Neighbour } from "./responses.js" */

export function showNeighbours() {
  const list = byId("neighbours");
  on("reading", (response) => {
    if (response && !response.nearest) return; // they are not requested while a stroke is being drawn
    const neighbours = response?.nearest ?? [];
    list.replaceChildren(...neighbours.map(item));
    if (!neighbours.length) list.append(element("li", "soft", t("The drawings most like yours show up here.")));
  });
}

/** @param {Neighbour} neighbour */
function item({ label, name, address, likeness }) {
  const picture = Object.assign(new Image(), { src: address, alt: `${label}, ${name}` });
  return element("li", "", picture, element("b", "", label), element("span", "", percent(likeness)));
}
