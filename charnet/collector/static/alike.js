// The three drawings most like what is in the square.

import { element, part } from "../../web/elements.js";
import { on } from "./news.js";

export function showAlike() {
  const list = part("alike");
  on("reading", (answer) => {
    if (answer && !answer.nearest) return; // while the pen moves nobody asks for them
    list.replaceChildren(...(answer?.nearest ?? []).map(({ label, name, address, likeness }) => {
      const picture = new Image();
      picture.src = address;
      picture.alt = `${label}, ${name}`;
      return element("li", "", picture, element("b", "", label), element("span", "", `${Math.round(100 * likeness)} %`));
    }));
    if (!answer?.nearest.length) list.append(element("li", "soft", "The drawings most like yours show up here."));
  });
}
